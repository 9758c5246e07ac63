/** Which question draws on which input: one at a time, the others' labels are shown under it. */

import type { Answer, Question } from "../../core/schema";
import { inputsOf } from "../../core/schema";
import { labelTypeOf } from "../index";
import type { Neighbour } from "../types";

export function isDrawn(question: Question): boolean {
  return labelTypeOf(question.type)?.place === "stage";
}

/** Input by input, the question that has it: the last one that had the cursor, else the first. */
export function ownersOf(
  questions: readonly Question[],
  latest: readonly string[],
): Map<string, string> {
  const owners = new Map<string, string>();
  const drawn = questions.filter(isDrawn);
  const byRecency = [...drawn].sort((a, b) => latest.indexOf(b.id) - latest.indexOf(a.id));
  for (const question of latest.length > 0 ? byRecency : drawn) {
    for (const input of inputsOf(question)) {
      if (!owners.has(input)) owners.set(input, question.id);
    }
  }
  return owners;
}

const NONE: Neighbour[] = [];

export function neighboursOf(
  questions: readonly Question[],
  answer: Answer,
  question: Question,
): readonly Neighbour[] {
  if (!isDrawn(question)) return NONE;
  const inputs = inputsOf(question);
  const found = questions.flatMap((other): Neighbour[] => {
    const label = answer[other.id];
    const shares = inputsOf(other).some((input) => inputs.includes(input));
    return other.id !== question.id && shares && isDrawn(other) && label !== undefined
      ? [{ question: other, label }]
      : [];
  });
  return found.length > 0 ? found : NONE;
}
