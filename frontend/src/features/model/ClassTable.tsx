import { Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ModelState } from "../../api/types";
import { useFormat } from "../../ui/format";
import classes from "./model.module.css";

/** How the latest version does class by class: out of fold, and on items judged blind. */
export function ClassTable({ version }: { version: ModelState }) {
  const { t } = useTranslation("model");
  const format = useFormat();
  const measured = Object.entries(version.quality?.categories ?? {});
  if (measured.length === 0) return null;
  const blind = new Map(version.blind?.classes.map((each) => [each.label, each]));
  return (
    <div className={classes.classTable}>
      <h3 className={classes.chartTitle}>{t("classes.title")}</h3>
      <Table fz="xs" verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("classes.name")}</Table.Th>
            <Table.Th ta="end">{t("classes.labels")}</Table.Th>
            <Table.Th ta="end">{t("classes.recall")}</Table.Th>
            <Table.Th ta="end">{t("classes.precision")}</Table.Th>
            <Table.Th ta="end">{t("classes.blind")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {measured.map(([name, quality]) => {
            const seen = blind.get(name);
            return (
              <Table.Tr key={name}>
                <Table.Td>{name}</Table.Td>
                <Table.Td ta="end">{format.number(quality.labels)}</Table.Td>
                <Table.Td ta="end">{format.percent(quality.recall)}</Table.Td>
                <Table.Td ta="end">{format.percent(quality.precision)}</Table.Td>
                <Table.Td ta="end">
                  {format.percent(seen ? seen.agreed / seen.compared : null)}{" "}
                  <span className={classes.faint}>({format.number(seen?.compared ?? 0)})</span>
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </div>
  );
}
