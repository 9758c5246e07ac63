import { Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Batch, LabelSchema, OwnRecord } from "../../../api/types";
import { AnswerLine, ItemLine } from "../../../labelTypes/answering/AnswerLine";
import { EmptyState } from "../../../ui/EmptyState";
import { useFormat } from "../../../ui/format";
import { Panel } from "../../../ui/Panel";
import { ScrollBox } from "../../../ui/ScrollBox";
import { Tag } from "../../../ui/Tag";
import { AppealCell } from "./AppealCell";
import type { Case } from "./AppealDialog";
import classes from "./record.module.css";

interface Props {
  record: OwnRecord;
  schema: LabelSchema;
  onAppeal: (open: Case) => void;
}

function Head({ batch }: { batch: Batch }) {
  const { t } = useTranslation("record");
  const format = useFormat();
  const share = format.percent(batch.score);
  return (
    <div className={classes.batch}>
      <span className={classes.batchName}>{t("batches.name", { number: batch.number })}</span>
      {batch.score === null ? (
        <Tag>{t("batches.uncounted")}</Tag>
      ) : (
        <Tag tone={batch.missed.length === 0 ? "good" : "accent"}>
          {batch.missed.length === 0 ? t("batches.allMet") : t("batches.score", { share })}
        </Tag>
      )}
      <span className={classes.batchNote}>{t("batches.counted", { count: batch.counted })}</span>
    </div>
  );
}

function Missed({ batch, schema, onAppeal }: { batch: Batch } & Omit<Props, "record">) {
  const { t } = useTranslation("record");
  if (batch.missed.length === 0) return null;
  return (
    <Table fz="sm" verticalSpacing={8} horizontalSpacing="md">
      <Table.Thead>
        <Table.Tr>
          <Table.Th w="52%">
            {t("batches.missed")} · {batch.missed.length}
          </Table.Th>
          <Table.Th>{t("you")}</Table.Th>
          <Table.Th w="24%" />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {batch.missed.map((row) => (
          <Table.Tr key={row.assignment}>
            <Table.Td>
              <ScrollBox label={t("item")} className={classes.item}>
                <ItemLine schema={schema} data={row.data} />
              </ScrollBox>
            </Table.Td>
            <Table.Td>
              <AnswerLine schema={schema} answer={row.answer} />
            </Table.Td>
            <Table.Td ta="end">
              <AppealCell
                mark={row.appeal}
                onAppeal={() => onAppeal({ subject: "gold", row, ruling: null })}
              />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

export function BatchesPanel({ record, schema, onAppeal }: Props) {
  const { t } = useTranslation("record");
  const size = record.batch_size;
  const newestFirst = [...record.batches].reverse();
  return (
    <Panel title={t("batches.title")} note={t("batches.note", { size })} flush>
      {newestFirst.length === 0 ? (
        <EmptyState title={t("batches.none")}>{t("batches.noneText", { size })}</EmptyState>
      ) : (
        newestFirst.map((batch) => (
          <section key={batch.number} className={classes.section}>
            <Head batch={batch} />
            <Missed batch={batch} schema={schema} onAppeal={onAppeal} />
          </section>
        ))
      )}
    </Panel>
  );
}
