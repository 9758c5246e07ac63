import { Button, Group, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { FilterName, ItemFilter } from "../../api/itemFilter";
import { projectQuery } from "../../api/queries";
import type { ItemStage, LabelSchema } from "../../api/types";
import { titleBefore } from "../../core/schema";
import { SearchField } from "../../ui/SearchField";
import classes from "./items.module.css";
import { JudgedBy } from "./JudgedBy";

const STAGES: readonly ItemStage[] = ["new", "open", "disputed", "held", "settled", "withdrawn"];
const SURE = ["0-50", "50-70", "70-85", "85-95", "95-100"] as const;
const SETTLED_BY = ["consensus", "adjudication", "auto_accept", "spread"] as const;
const MARKS = ["commented", "gold", "differs"] as const;

interface Props {
  projectId: number;
  filter: ItemFilter;
  onChange: (filter: ItemFilter) => void;
}

function labelOptions(schema: LabelSchema | undefined) {
  return (schema?.questions ?? []).flatMap((question) =>
    "categories" in question && question.categories
      ? question.categories.map(({ id, title }) => ({
          value: `${question.id}:${id}`,
          label: `${titleBefore(question)}${title || id}`,
        }))
      : [],
  );
}

interface PickProps {
  label: string;
  value: string | undefined;
  data: { value: string; label: string }[];
  searchable?: boolean;
  onChange: (value: string) => void;
}

function Pick({ label, value, data, searchable = false, onChange }: PickProps) {
  return (
    <Select
      size="xs"
      w={148}
      aria-label={label}
      placeholder={label}
      clearable
      searchable={searchable}
      value={value ?? null}
      onChange={(chosen) => onChange(chosen ?? "")}
      data={data}
    />
  );
}

/** Every filter has an index that serves it, so any of them may be combined. */
export function FilterBar({ projectId, filter, onChange }: Props) {
  const { t } = useTranslation("items");
  const project = useQuery(projectQuery(projectId));
  const set = (name: FilterName) => (value: string) => onChange({ ...filter, [name]: value });
  const mark = MARKS.find((name) => filter[name]);
  const labels = labelOptions(project.data?.guideline?.schema);
  return (
    <Group gap={8} className={classes.filters} role="search" aria-label={t("filters.title")}>
      <SearchField
        label={t("filters.search")}
        value={filter.search ?? ""}
        onSearch={set("search")}
        className={classes.search}
      />
      <Pick
        label={t("filter")}
        value={filter.stage}
        onChange={set("stage")}
        data={STAGES.map((value) => ({ value, label: t(`common:itemStage.${value}`) }))}
      />
      {labels.length > 0 ? (
        <Pick
          label={t("filters.label")}
          searchable
          value={filter.label}
          onChange={set("label")}
          data={labels}
        />
      ) : null}
      <Pick
        label={t("columns.confidence")}
        value={filter.sure}
        onChange={set("sure")}
        data={SURE.map((value) => ({ value, label: `${value.replace("-", "–")}%` }))}
      />
      <Pick
        label={t("columns.source")}
        value={filter.settled_by}
        onChange={set("settled_by")}
        data={SETTLED_BY.map((value) => ({ value, label: t(`source.${value}`) }))}
      />
      <JudgedBy projectId={projectId} value={filter.judged_by} onChange={set("judged_by")} />
      <Pick
        label={t("filters.mark")}
        value={mark}
        onChange={(chosen) => {
          const { commented: _c, gold: _g, differs: _d, ...rest } = filter;
          onChange(chosen ? { ...rest, [chosen]: "yes" } : rest);
        }}
        data={MARKS.map((value) => ({ value, label: t(`filters.${value}`) }))}
      />
      {Object.keys(filter).length > 0 ? (
        <Button size="xs" variant="subtle" onClick={() => onChange({})}>
          {t("filters.clear")}
        </Button>
      ) : null}
    </Group>
  );
}
