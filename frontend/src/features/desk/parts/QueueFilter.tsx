import { Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Filter } from "../../../api/lists";
import { SearchField } from "../../../ui/SearchField";
import { ViewsMenu } from "../../views/ViewsMenu";
import classes from "../Desk.module.css";

const MARKS = ["overdue", "for_leads"] as const;

interface Props {
  project: number;
  filter: Filter;
  /** Only to leads is shown what waits for leads alone. */
  isLead: boolean;
  onChange: (filter: Filter) => void;
}

/** Words and marks by which a dispute is found among many. */
export function QueueFilter({ project, filter, isLead, onChange }: Props) {
  const { t } = useTranslation("desk");
  const look = (search: string) => {
    const { search: _search, ...marks } = filter;
    onChange(search ? { ...marks, search } : marks);
  };
  const toggle = (mark: (typeof MARKS)[number]) => {
    const { [mark]: known, ...rest } = filter;
    onChange(known ? rest : { ...rest, [mark]: "yes" });
  };
  return (
    <Stack gap={6} className={classes.filter} role="search">
      <div className={classes.search}>
        <SearchField label={t("queue.search")} value={filter.search ?? ""} onSearch={look} />
        <ViewsMenu projectId={project} of="disputes" filter={filter} onChange={onChange} isSmall />
      </div>
      <div className={classes.marks}>
        {MARKS.filter((mark) => isLead || mark !== "for_leads").map((mark) => (
          <button
            key={mark}
            type="button"
            className={classes.mark}
            aria-pressed={Boolean(filter[mark])}
            onClick={() => toggle(mark)}
          >
            {t(`queue.${mark}`)}
          </button>
        ))}
      </div>
    </Stack>
  );
}
