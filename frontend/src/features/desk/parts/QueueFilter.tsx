import { Stack, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { type FormEvent, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Filter } from "../../../api/lists";
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
  const [text, setText] = useState(filter.search ?? "");
  useEffect(() => setText(filter.search ?? ""), [filter.search]);
  const look = (search: string) => {
    const { search: _search, ...marks } = filter;
    onChange(search ? { ...marks, search } : marks);
  };
  const handleSubmit = (event: FormEvent) => {
    event.preventDefault();
    look(text.trim());
  };
  const handleText = (typed: string) => {
    setText(typed);
    // The cross of a search field empties it; nobody then expects to press Enter as well.
    if (typed === "" && filter.search) look("");
  };
  const toggle = (mark: (typeof MARKS)[number]) => {
    const { [mark]: known, ...rest } = filter;
    onChange(known ? rest : { ...rest, [mark]: "yes" });
  };
  return (
    <Stack gap={6} className={classes.filter} role="search">
      <form onSubmit={handleSubmit}>
        <TextInput
          size="xs"
          type="search"
          aria-label={t("queue.search")}
          placeholder={t("queue.search")}
          leftSection={<IconSearch size={14} aria-hidden />}
          maxLength={200}
          value={text}
          onChange={(event) => handleText(event.currentTarget.value)}
        />
      </form>
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
        <span className={classes.grow} />
        <ViewsMenu projectId={project} of="disputes" filter={filter} onChange={onChange} />
      </div>
    </Stack>
  );
}
