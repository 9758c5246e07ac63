/** `show_when`, evaluated as the server does: a hidden question has no label and shows nothing. */

import type { Answer, Condition, Label, LabelSchema, Question } from "./schema";

function matches(label: Label | undefined, values: (string | number)[]): boolean {
  if (label === undefined) return false;
  if (typeof label === "string" || typeof label === "number") return values.includes(label);
  return label.some((part) => typeof part === "string" && values.includes(part));
}

function holds(condition: Condition, answer: Answer): boolean {
  if ("all" in condition) return condition.all.every((inner) => holds(inner, answer));
  if ("any" in condition) return condition.any.some((inner) => holds(inner, answer));
  return matches(answer[condition.question], condition.in);
}

/** A condition speaks of earlier questions only, so one pass in schema order is enough. */
export function visibleQuestions(schema: LabelSchema, answer: Answer): Question[] {
  const seen: Answer = {};
  const visible: Question[] = [];
  for (const question of schema.questions) {
    if (question.show_when && !holds(question.show_when, seen)) continue;
    visible.push(question);
    const label = answer[question.id];
    if (label !== undefined) seen[question.id] = label;
  }
  return visible;
}

/** The answer without the labels of hidden questions; this is what is sent. */
export function visibleAnswer(schema: LabelSchema, answer: Answer): Answer {
  const kept: Answer = {};
  for (const { id } of visibleQuestions(schema, answer)) {
    const label = answer[id];
    if (label !== undefined) kept[id] = label;
  }
  return kept;
}
