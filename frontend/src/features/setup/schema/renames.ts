import type { Condition, LabelSchema, Question } from "../../../api/types";

function renamedOn(question: Question, from: string, to: string): Question {
  const rename = (id: string) => (id === from ? to : id);
  if (question.type === "spans" || question.type === "boxes") {
    return { ...question, on: rename(question.on) };
  }
  if (question.type === "pairwise") {
    return { ...question, on: [rename(question.on[0]), rename(question.on[1])] };
  }
  if (question.type === "ranking" && question.on) {
    return { ...question, on: question.on.map(rename) };
  }
  return question;
}

/** Questions that look at an input keep looking at it under its new id. */
export function inputRenamed(schema: LabelSchema, from: string, to: string): LabelSchema {
  if (from === to) return schema;
  const questions = schema.questions.map((question) => renamedOn(question, from, to));
  return { ...schema, questions };
}

function renamedCondition(condition: Condition, from: string, to: string): Condition {
  const inner = (part: Condition) => renamedCondition(part, from, to);
  if ("all" in condition) return { all: condition.all.map(inner) };
  if ("any" in condition) return { any: condition.any.map(inner) };
  return condition.question === from ? { ...condition, question: to } : condition;
}

/** Conditions on a question keep holding on to it under its new id. */
export function questionRenamed(schema: LabelSchema, from: string, to: string): LabelSchema {
  if (from === to) return schema;
  const questions = schema.questions.map((question) =>
    question.show_when
      ? { ...question, show_when: renamedCondition(question.show_when, from, to) }
      : question,
  );
  return { ...schema, questions };
}
