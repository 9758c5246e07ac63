import { Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { LabelSchema, Reason } from "../../api/types";
import { IntervalBar } from "../../ui/charts/IntervalBar";
import { useFormat } from "../../ui/format";

interface QuestionReason {
  measure: string;
  confidence: number;
  agreement: number;
  gates: boolean;
}

function isQuestionReason(value: unknown): value is QuestionReason {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as Partial<QuestionReason>).confidence === "number"
  );
}

function questionsOf(reason: Reason): [string, QuestionReason][] {
  const { questions } = reason;
  if (typeof questions !== "object" || questions === null) return [];
  return Object.entries(questions).filter((entry): entry is [string, QuestionReason] =>
    isQuestionReason(entry[1]),
  );
}

interface Props {
  reason: Reason;
  schema: LabelSchema;
}

/** The numbers the decision was made from, question by question. */
export function ReasonFacts({ reason, schema }: Props) {
  const { t } = useTranslation("items");
  const format = useFormat();
  const questions = questionsOf(reason);
  if (questions.length === 0) return null;
  const titleOf = (id: string) => schema.questions.find((each) => each.id === id)?.title || id;
  return (
    <Table fz="xs" verticalSpacing={5} horizontalSpacing={6} withRowBorders={false}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("reason.question")}</Table.Th>
          <Table.Th w="34%">{t("reason.confidence")}</Table.Th>
          <Table.Th />
          <Table.Th ta="end">{t("reason.agreement")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {questions.map(([id, { confidence, agreement, gates }]) => (
          <Table.Tr key={id} opacity={gates ? 1 : 0.6}>
            <Table.Td>{titleOf(id)}</Table.Td>
            <Table.Td>
              <IntervalBar
                value={confidence}
                low={null}
                high={null}
                label={t("reason.confidenceOf", {
                  question: titleOf(id),
                  share: format.percent(confidence, 1),
                })}
              />
            </Table.Td>
            <Table.Td>{format.percent(confidence, 1)}</Table.Td>
            <Table.Td ta="end">{format.percent(agreement, 1)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
