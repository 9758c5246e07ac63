import type { TFunction } from "i18next";
import type { AnswerProblem } from "../../core/check";
import { type LabelSchema, titleOf } from "../../core/schema";

/** What is wrong with a label, for where its question stands above. */
export function problemText({ code, count }: AnswerProblem, t: TFunction<"labelTypes">): string {
  return t(`answer.problem.${code}`, { count });
}

/** The same, for where it does not: the question is named first. */
export function namedProblemText(
  problem: AnswerProblem,
  schema: LabelSchema,
  t: TFunction<"labelTypes">,
): string {
  const words = problemText(problem, t);
  if (problem.question === "") return words;
  const question = schema.questions.find(({ id }) => id === problem.question);
  return t("answer.named", { question: question ? titleOf(question) : problem.question, words });
}
