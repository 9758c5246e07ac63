import { useTranslation } from "react-i18next";
import type { Answer, ItemDetail, LabelSchema, Question } from "../../api/types";
import { labelTypeOf } from "../../labelTypes";
import { Panel } from "../../ui/Panel";

interface Voter {
  name: string;
  answer: Answer;
  isModel: boolean;
}

function useVoters({ judgments, predictions }: ItemDetail): Voter[] {
  const { t } = useTranslation("items");
  return [
    ...judgments.map(({ worker, answer }) => ({ name: worker, answer, isModel: false })),
    ...predictions.map(({ model, model_version, answer }) => ({
      name: model ?? t("judgments.model", { version: model_version }),
      answer,
      isModel: true,
    })),
  ];
}

function Comparison({
  question,
  item,
  voters,
}: {
  question: Question;
  item: ItemDetail;
  voters: readonly Voter[];
}) {
  const type = labelTypeOf(question.type);
  if (type?.place !== "stage") return null;
  const voices = voters
    .filter(({ answer }) => answer[question.id] !== undefined)
    .map(({ name, answer, isModel }) => ({ name, isModel, label: answer[question.id] as never }));
  if (voices.length === 0) return null;
  return (
    <Panel title={question.title || question.id}>
      <type.Comparison question={question} data={item.data} voices={voices} />
    </Panel>
  );
}

/** What people drew on the item, one over the other: a table could only count it. */
export function Drawn({ item, schema }: { item: ItemDetail; schema: LabelSchema }) {
  const voters = useVoters(item);
  return schema.questions.map((question) => (
    <Comparison key={question.id} question={question} item={item} voters={voters} />
  ));
}
