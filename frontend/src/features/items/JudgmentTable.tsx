import { Table } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Answer, ItemDetail, ItemJudgment, LabelSchema } from "../../api/types";
import { EmptyState } from "../../ui/EmptyState";
import { useFormat } from "../../ui/format";
import { Tag } from "../../ui/Tag";
import classes from "./items.module.css";
import { LabelSummary } from "./LabelSummary";

interface Props {
  item: ItemDetail;
  schema: LabelSchema;
}

interface RowProps {
  schema: LabelSchema;
  who: ReactNode;
  answer: Answer;
  note: ReactNode;
  className?: string;
}

function VoiceRow({ schema, who, answer, note, className }: RowProps) {
  return (
    <Table.Tr className={className}>
      <Table.Td fw={600} className={classes.said}>
        {who}
      </Table.Td>
      {schema.questions.map((question) => (
        <Table.Td key={question.id} className={classes.said}>
          <LabelSummary question={question} answer={answer} />
        </Table.Td>
      ))}
      <Table.Td className={classes.comment}>{note}</Table.Td>
    </Table.Tr>
  );
}

function JudgmentNote({ judgment }: { judgment: ItemJudgment }) {
  const { t } = useTranslation("items");
  const format = useFormat();
  return (
    <>
      {judgment.unsure ? <Tag tone="warn">{t("judgments.unsure")}</Tag> : null}{" "}
      {judgment.counted ? null : <Tag>{t("judgments.uncounted")}</Tag>}{" "}
      {judgment.seconds === null ? null : (
        <span className={classes.short}>{format.seconds(judgment.seconds)} · </span>
      )}
      <span className={classes.short}>{format.ago(judgment.created_at)}</span>
      {judgment.comment ? <div>“{judgment.comment}”</div> : null}
    </>
  );
}

export function JudgmentTable({ item, schema }: Props) {
  const { t } = useTranslation("items");
  const format = useFormat();
  const { judgments, predictions, gold } = item;
  if (judgments.length + predictions.length === 0 && !gold) {
    return <EmptyState title={t("judgments.none")} />;
  }
  return (
    <Table fz="sm" verticalSpacing={7} horizontalSpacing="md">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("judgments.who")}</Table.Th>
          {schema.questions.map(({ id, title }) => (
            <Table.Th key={id}>{title || id}</Table.Th>
          ))}
          <Table.Th />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {gold ? (
          <VoiceRow schema={schema} who={t("judgments.gold")} answer={gold} note={null} />
        ) : null}
        {judgments.map((judgment) => (
          <VoiceRow
            key={`judgment ${judgment.id}`}
            schema={schema}
            who={judgment.worker}
            answer={judgment.answer}
            note={<JudgmentNote judgment={judgment} />}
            className={judgment.counted ? undefined : classes.uncounted}
          />
        ))}
        {predictions.map(({ model, model_version, answer, score, is_calibrated }) => (
          <VoiceRow
            key={`model ${model} ${model_version}`}
            schema={schema}
            who={model ?? t("judgments.model", { version: model_version })}
            answer={answer}
            note={t(is_calibrated ? "judgments.score" : "judgments.ownScore", {
              score: is_calibrated ? format.percent(score, 1) : format.decimal(score),
            })}
          />
        ))}
      </Table.Tbody>
    </Table>
  );
}
