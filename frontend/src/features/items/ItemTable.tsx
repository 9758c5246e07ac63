import { Checkbox, Table } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { ItemRow } from "../../api/types";
import { useFormat } from "../../ui/format";
import { ItemStageTag } from "../../ui/StageTag";
import type { Selection } from "./BulkBar";
import { HeldLine } from "./HeldLine";
import classes from "./items.module.css";

interface RowProps {
  projectId: number;
  row: ItemRow;
  isChosen: boolean;
  onToggle: (row: number) => void;
}

function Row({ projectId, row, isChosen, onToggle }: RowProps) {
  const { t } = useTranslation("items");
  const format = useFormat();
  return (
    <Table.Tr data-item={row.id} bg={isChosen ? "var(--accent-soft)" : undefined}>
      <Table.Td>
        <Checkbox
          size="xs"
          aria-label={t("bulk.choose", { name: row.external_id || `#${row.id}` })}
          checked={isChosen}
          onChange={() => onToggle(row.id)}
        />
      </Table.Td>
      <Table.Td>
        <Link
          to="/projects/$projectId/items/$itemId"
          params={{ projectId, itemId: row.id }}
          className={classes.link}
        >
          {row.external_id || `#${row.id}`}
        </Link>
      </Table.Td>
      <Table.Td className={classes.preview}>
        {row.preview}
        {row.held ? <HeldLine projectId={projectId} item={row.id} held={row.held} /> : null}
      </Table.Td>
      <Table.Td>
        <ItemStageTag stage={row.stage} />
      </Table.Td>
      <Table.Td ta="end">
        {row.judged} / {row.overlap}
      </Table.Td>
      <Table.Td>
        {row.final ? t(`source.${row.final.source}`, { defaultValue: row.final.source }) : "–"}
      </Table.Td>
      <Table.Td ta="end">{format.percent(row.final?.confidence, 1)}</Table.Td>
    </Table.Tr>
  );
}

interface Props {
  projectId: number;
  rows: readonly ItemRow[];
  selection: Selection;
  onToggle: (row: number) => void;
}

export function ItemTable({ projectId, rows, selection, onToggle }: Props) {
  const { t } = useTranslation("items");
  return (
    <Table
      className={classes.table}
      fz="sm"
      verticalSpacing={7}
      horizontalSpacing="md"
      highlightOnHover
    >
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={32} aria-label={t("bulk.column")} />
          <Table.Th>{t("columns.item")}</Table.Th>
          <Table.Th>{t("columns.preview")}</Table.Th>
          <Table.Th>{t("columns.stage")}</Table.Th>
          <Table.Th ta="end">{t("columns.judged")}</Table.Th>
          <Table.Th>{t("columns.source")}</Table.Th>
          <Table.Th ta="end">{t("columns.confidence")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row) => (
          <Row
            key={row.id}
            projectId={projectId}
            row={row}
            isChosen={selection.isAll || selection.items.includes(row.id)}
            onToggle={onToggle}
          />
        ))}
      </Table.Tbody>
    </Table>
  );
}
