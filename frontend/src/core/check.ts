/**
 * What is not answered yet, for hints while somebody works. Whether an answer may be sent says
 * the JSON Schema of the server: answerSchema.ts.
 */

import { visibleAnswer, visibleQuestions } from "./conditions";
import { hasTooManyDigits, isOffStep, MOST_DIGITS } from "./numbers";
import type { Answer, ChoicesQuestion, Label, LabelSchema, Question } from "./schema";
import { isRequired, placesOf } from "./schema";

export type ProblemCode =
  | "required"
  /** An empty list would be an answer, but it has to be meant. */
  | "nothing_marked"
  | "too_few"
  | "too_many"
  | "too_long"
  | "too_small"
  | "too_large"
  | "not_offered"
  | "not_asked"
  | "twice"
  | "off_step"
  | "too_many_digits"
  | "malformed";

/** What is wrong with one question's label; `count` is the limit that was missed, if any. */
export interface AnswerProblem {
  /** "" when it is the answer as a whole. */
  question: string;
  code: ProblemCode;
  count: number;
}

/** Empty when the answer may be sent. */
export type AnswerCheck = (answer: Answer) => AnswerProblem[];

export function choicesLimits(question: ChoicesQuestion): { min: number; max: number } {
  return {
    min: question.min ?? (isRequired(question) ? 1 : 0),
    max: question.max ?? question.categories.length,
  };
}

/** Its label is a list of marks on the item, and an empty list is an answer. */
function isMarked(question: Question): boolean {
  return question.type === "spans" || question.type === "boxes";
}

function isMissing(question: Question, label: Label | undefined): boolean {
  if (label === undefined) return true;
  // An empty text says nothing; an empty list of spans or boxes says "nothing here".
  return question.type === "text" && typeof label === "string" && !/[^ \t\r\n]/.test(label);
}

/** An order that is not made to its end: whether required or not, it is no answer yet. */
function isHalfOrdered(question: Question, label: Label | undefined): boolean {
  return question.type === "ranking" && Array.isArray(label) && label.length < placesOf(question);
}

function shortfallOf(question: Question, label: Label | undefined): AnswerProblem[] {
  const { id } = question;
  if (question.type === "ranking" && isHalfOrdered(question, label)) {
    return [{ question: id, code: "too_few", count: placesOf(question) }];
  }
  if (!isRequired(question) || !isMissing(question, label)) return [];
  return [{ question: id, code: isMarked(question) ? "nothing_marked" : "required", count: 1 }];
}

export function shortfalls(schema: LabelSchema, answer: Answer): AnswerProblem[] {
  return visibleQuestions(schema, answer).flatMap((question) =>
    shortfallOf(question, answer[question.id]),
  );
}

/** What a JSON Schema cannot say of numbers, since it counts in doubles. */
function faultsOfNumbers(schema: LabelSchema, answer: Answer): AnswerProblem[] {
  return visibleQuestions(schema, answer).flatMap((question): AnswerProblem[] => {
    const label = answer[question.id];
    if (question.type !== "number" || typeof label !== "number") return [];
    if (isOffStep(question, label)) {
      return [{ question: question.id, code: "off_step", count: question.step ?? 0 }];
    }
    return hasTooManyDigits(label)
      ? [{ question: question.id, code: "too_many_digits", count: MOST_DIGITS }]
      : [];
  });
}

/** What the answer's schema finds beside what is missing; nothing while it is not at hand. */
export function faultsOf(
  schema: LabelSchema,
  answer: Answer,
  check: AnswerCheck | null,
): AnswerProblem[] {
  const ofNumbers = faultsOfNumbers(schema, answer);
  if (!check) return ofNumbers;
  const missing = new Set(shortfalls(schema, answer).map(({ question }) => question));
  const found = check(visibleAnswer(schema, answer));
  return [...ofNumbers, ...found.filter(({ question }) => !missing.has(question))];
}

/** Everything that keeps the answer from being sent. */
export function problemsOf(
  schema: LabelSchema,
  answer: Answer,
  check: AnswerCheck | null,
): AnswerProblem[] {
  return [...shortfalls(schema, answer), ...faultsOf(schema, answer, check)];
}

/**
 * The answer that says "nothing here" where nothing was marked; null when more than that is
 * missing. Nobody should say it by a slip, so callers ask for it twice.
 */
export function confirmNothing(schema: LabelSchema, answer: Answer): Answer | null {
  const open = shortfalls(schema, answer);
  if (open.some((shortfall) => shortfall.code !== "nothing_marked")) return null;
  return { ...answer, ...Object.fromEntries(open.map(({ question }) => [question, []])) };
}

/**
 * The next question, after the given one and then from the top, that still needs an answer.
 * Null when nothing is left to do.
 */
export function nextUnanswered(
  schema: LabelSchema,
  answer: Answer,
  after: string | null,
): string | null {
  const open = new Set(shortfalls(schema, answer).map((shortfall) => shortfall.question));
  const order = visibleQuestions(schema, answer).map((question) => question.id);
  const from = after === null ? 0 : order.indexOf(after) + 1;
  return [...order.slice(from), ...order.slice(0, from)].find((id) => open.has(id)) ?? null;
}

/** It is typed into: the keys of the workspace rest there, and Enter may be a new line. */
function isTyped(question: Question): boolean {
  return question.type === "text" || question.type === "number";
}

/**
 * Where the cursor goes once `after` is answered: to what still needs an answer, then to the
 * optional questions that keys answer, each time below it and then from the top. A field is left
 * out: who has nothing to write there sends the answer with Enter. Null when nothing is left.
 */
export function nextOpen(schema: LabelSchema, answer: Answer, after: string): string | null {
  const due = nextUnanswered(schema, answer, after);
  if (due !== null) return due;
  const order = visibleQuestions(schema, answer);
  const from = order.findIndex(({ id }) => id === after) + 1;
  const isOpen = (question: Question) => answer[question.id] === undefined && !isTyped(question);
  return [...order.slice(from), ...order.slice(0, from)].find(isOpen)?.id ?? null;
}

/**
 * What Enter goes on to: the first question below a well answered one that still needs an answer
 * of its own. Null where Enter means the whole answer. Lists of marks are left out: that nothing
 * is marked may be what is meant.
 */
export function dueBelow(
  schema: LabelSchema,
  answer: Answer,
  at: string,
  check: AnswerCheck | null,
): string | null {
  const open = new Map(shortfalls(schema, answer).map((one) => [one.question, one.code]));
  const order = visibleQuestions(schema, answer).map((question) => question.id);
  const from = order.indexOf(at);
  const isWrong = problemsOf(schema, answer, check).some(({ question }) => question === at);
  if (from === -1 || isWrong) return null;
  const next = order.slice(from + 1).find((id) => open.has(id));
  return next === undefined || open.get(next) === "nothing_marked" ? null : next;
}

/** A problem's JSON pointer names the question first: `/entities/0/end` is about `entities`. */
export function questionOfPointer(path: string): string | null {
  const first = path.split("/")[1];
  return first ? first.replaceAll("~1", "/").replaceAll("~0", "~") : null;
}
