import { useState } from "react";
import { nextOpen, nextUnanswered } from "../../core/check";
import { visibleQuestions } from "../../core/conditions";
import type { Answer, LabelSchema, Question } from "../../core/schema";

interface Cursor {
  sheet: string;
  question: string | null;
}

export interface CursorControl {
  focused: Question | null;
  /** The number of the question after it, which comes back to the first; null when it is alone. */
  nextNumber: number | null;
  focus: (question: string | null) => void;
  /** To the neighbouring question; false at either end, so that Tab can leave. */
  step: (direction: 1 | -1) => boolean;
  goTo: (number: number) => void;
  /** To the next question that is still open, if there is one. */
  advance: (after: string, answer: Answer) => void;
}

/** Which question the keys act on; each item starts at its first open one. */
export function useCursor(sheet: string, schema: LabelSchema, answer: Answer): CursorControl {
  const questions = visibleQuestions(schema, answer);
  const first = () => nextUnanswered(schema, answer, null) ?? questions[0]?.id ?? null;
  const [cursor, setCursor] = useState<Cursor>(() => ({ sheet, question: first() }));
  // Another item: the cursor starts anew, in the same frame.
  const current = cursor.sheet === sheet ? cursor : { sheet, question: first() };
  if (current !== cursor) setCursor(current);
  const focus = (question: string | null) => setCursor({ sheet, question });
  const at = questions.findIndex((question) => question.id === current.question);
  return {
    focused: questions[at] ?? null,
    nextNumber: at === -1 || questions.length < 2 ? null : ((at + 1) % questions.length) + 1,
    focus,
    step: (direction) => {
      const from = at === -1 && direction === -1 ? questions.length : at;
      const next = questions[from + direction];
      if (next) focus(next.id);
      return next !== undefined;
    },
    goTo: (number) => {
      const question = questions[number - 1];
      if (question) focus(question.id);
    },
    advance: (after, changed) => {
      const next = nextOpen(schema, changed, after);
      if (next !== null) focus(next);
    },
  };
}
