import { Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { LabelSchema, OwnRecord } from "../../../api/types";
import { AnswerLine, ItemLine } from "../../../labelTypes/answering/AnswerLine";
import { EmptyState } from "../../../ui/EmptyState";
import { Panel } from "../../../ui/Panel";
import { ScrollBox } from "../../../ui/ScrollBox";
import { AppealCell } from "./AppealCell";
import type { Case } from "./AppealDialog";
import classes from "./record.module.css";

interface Props {
  rulings: OwnRecord["rulings"];
  schema: LabelSchema;
  onAppeal: (open: Case) => void;
}

export function RulingsPanel({ rulings, schema, onAppeal }: Props) {
  const { t } = useTranslation("record");
  return (
    <Panel title={t("rulings.title")} note={t("rulings.note")} flush>
      {rulings.length === 0 ? (
        <EmptyState title={t("rulings.none")} />
      ) : (
        <Table fz="sm" verticalSpacing={8} horizontalSpacing="md">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w="40%">{t("item")}</Table.Th>
              <Table.Th>{t("you")}</Table.Th>
              <Table.Th>{t("rulings.ruling")}</Table.Th>
              <Table.Th w="24%" />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rulings.map((row) => (
              <Table.Tr key={row.assignment}>
                <Table.Td>
                  <ScrollBox label={t("item")} className={classes.item}>
                    <ItemLine schema={schema} data={row.data} />
                  </ScrollBox>
                </Table.Td>
                <Table.Td>
                  <AnswerLine schema={schema} answer={row.answer} />
                </Table.Td>
                <Table.Td>
                  <AnswerLine schema={schema} answer={row.ruling} />
                </Table.Td>
                <Table.Td ta="end">
                  <AppealCell
                    mark={row.appeal}
                    onAppeal={() => onAppeal({ subject: "ruling", row, ruling: row.ruling })}
                  />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Panel>
  );
}
