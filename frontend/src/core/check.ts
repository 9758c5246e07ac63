/** What the server would refuse, found before it is sent. The server stays the judge. */

import { visibleQuestions } from "./conditions";
import type {
  Answer,
  ChoicesQuestion,
  Label,
  LabelSchema,
  Question,
  TextQuestion,
} from "./schema";
import { isRequired } from "./schema";

type ShortfallCode = "required" | "nothing_marked" | "too_few" | "too_many" | "too_long";

/** `count` is the limit that was missed. */
export interface Shortfall {
  question: string;
  code: ShortfallCode;
  count: number;
}

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
  return question.type === "text" && typeof label === "string" && label.trim() === "";
}

function choicesShortfall(question: ChoicesQuestion, label: Label): Shortfall | null {
  const chosen = Array.isArray(label) ? label.length : 0;
  const { min, max } = choicesLimits(question);
  if (chosen < min) return { question: question.id, code: "too_few", count: min };
  return chosen > max ? { question: question.id, code: "too_many", count: max } : null;
}

function textShortfall(question: TextQuestion, label: Label): Shortfall | null {
  const limit = question.max_length;
  if (limit === undefined || typeof label !== "string") return null;
  return [...label].length > limit
    ? { question: question.id, code: "too_long", count: limit }
    : null;
}

function shortfallOf(question: Question, label: Label | undefined): Shortfall | null {
  if (label === undefined || isMissing(question, label)) {
    if (!isRequired(question)) return null;
    const code = isMarked(question) ? "nothing_marked" : "required";
    return { question: question.id, code, count: 1 };
  }
  if (question.type === "choices") return choicesShortfall(question, label);
  return question.type === "text" ? textShortfall(question, label) : null;
}

export function shortfalls(schema: LabelSchema, answer: Answer): Shortfall[] {
  return visibleQuestions(schema, answer)
    .map((question) => shortfallOf(question, answer[question.id]))
    .filter((shortfall) => shortfall !== null);
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

/** A problem's JSON pointer names the question first: `/entities/0/end` is about `entities`. */
export function questionOfPointer(path: string): string | null {
  const first = path.split("/")[1];
  return first ? first.replaceAll("~1", "/").replaceAll("~0", "~") : null;
}
