import type { Answer, Question } from "../../api/types";
import { labelTypeOf } from "../../labelTypes";

/** What an answer says to one question, in the label type's own short form. */
export function LabelSummary({ question, answer }: { question: Question; answer: Answer }) {
  const label = answer[question.id];
  if (label === undefined) return <span style={{ color: "var(--ink-3)" }}>–</span>;
  const type = labelTypeOf(question.type);
  if (!type) return <code>{JSON.stringify(label)}</code>;
  return <type.Summary question={question} label={label} />;
}
