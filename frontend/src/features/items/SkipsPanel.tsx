import { Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ItemDetail } from "../../api/types";
import { useFormat } from "../../ui/format";
import { Panel } from "../../ui/Panel";
import classes from "./items.module.css";

/** Who passed on the item and why; nothing where nobody did. */
export function SkipsPanel({ item }: { item: ItemDetail }) {
  const { t } = useTranslation("items");
  const format = useFormat();
  if (item.skips.length === 0) return null;
  return (
    <Panel title={t("skips.title")} flush>
      <Table fz="sm" verticalSpacing={7} horizontalSpacing="md">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("skips.who")}</Table.Th>
            <Table.Th>{t("skips.reason")}</Table.Th>
            <Table.Th ta="end">{t("skips.when")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {item.skips.map(({ worker, reason, comment, at }) => (
            <Table.Tr key={`${worker} ${at}`}>
              <Table.Td fw={600} className={classes.short}>
                {worker}
              </Table.Td>
              <Table.Td>
                <div className={classes.reason}>{t(`common:skipReasons.${reason}`)}</div>
                {comment ? <div>“{comment}”</div> : null}
              </Table.Td>
              <Table.Td ta="end" className={classes.short}>
                {format.ago(at)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Panel>
  );
}
