/**
 * Whether an answer is one, by the JSON Schema that the server derives from the questions. The
 * server's doors validate with the same document, so what passes here passes there, save what
 * depends on the item (where its text ends).
 */

import { type OutputUnit, type Schema, Validator } from "@cfworker/json-schema";
import {
  type AnswerCheck,
  type AnswerProblem,
  type ProblemCode,
  questionOfPointer,
} from "./check";

const CODES: Readonly<Record<string, ProblemCode>> = {
  enum: "not_offered",
  // The only pattern is that of a required text: something but blanks.
  pattern: "required",
  minItems: "too_few",
  maxItems: "too_many",
  maxLength: "too_long",
  minimum: "too_small",
  maximum: "too_large",
  uniqueItems: "twice",
};

/** These only say that something below them is wrong, and that is in the list too. */
const WRAPPERS = new Set([
  "properties",
  "items",
  "additionalProperties",
  "allOf",
  "anyOf",
  "if",
  "then",
  "else",
]);

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Pointers come as fragments of a URI, "#/a%20b", encoded as such. */
function stepsOf(fragment: string): string[] {
  const steps = fragment.split("/").slice(1);
  return steps.map((step) => decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~"));
}

function valueAt(document: unknown, fragment: string): unknown {
  let value = document;
  for (const step of stepsOf(fragment)) {
    value = (value as Record<string, unknown> | undefined)?.[step];
  }
  return value;
}

/** `required` names its keys in the document only: those that the answer has not are meant. */
function missingOf(document: Schema, answer: unknown, unit: OutputUnit): AnswerProblem[] {
  const keys = valueAt(document, unit.keywordLocation);
  if (!Array.isArray(keys) || !isRecord(answer)) return [];
  return keys
    .filter((key) => !Object.hasOwn(answer, key))
    .map((question) => ({ question, code: "required", count: 1 }));
}

function problemsOf(document: Schema, answer: unknown, unit: OutputUnit): AnswerProblem[] {
  if (WRAPPERS.has(unit.keyword)) return [];
  const isWhole = unit.instanceLocation === "#";
  if (isWhole && unit.keyword === "required") return missingOf(document, answer, unit);
  const question = questionOfPointer(decodeURIComponent(unit.instanceLocation)) ?? "";
  const isQuestion = stepsOf(unit.instanceLocation).length === 1;
  if (unit.keyword === "false" && isQuestion) return [{ question, code: "not_asked", count: 0 }];
  const limit = valueAt(document, unit.keywordLocation);
  const count = typeof limit === "number" ? limit : 0;
  return [{ question, code: CODES[unit.keyword] ?? "malformed", count }];
}

/** One problem of a kind says it all: thirty boxes that are too small are told once. */
function withoutRepeats(problems: readonly AnswerProblem[]): AnswerProblem[] {
  const byKind = new Map(problems.map((found) => [`${found.question} ${found.code}`, found]));
  return [...byKind.values()];
}

/** The check of answers by a schema document. It interprets: our policy forbids to compile code. */
export function answerCheck(document: Record<string, unknown>): AnswerCheck {
  const validator = new Validator(document, "2020-12", false);
  return (answer) => {
    const { valid, errors } = validator.validate(answer);
    if (valid) return [];
    const problems = withoutRepeats(errors.flatMap((unit) => problemsOf(document, answer, unit)));
    // Whatever else the document may come to say: what it refuses stays refused.
    return problems.length > 0 ? problems : [{ question: "", code: "malformed", count: 0 }];
  };
}
