/** What an expert may decide on a dispute. Pure. */

import type { Dispute } from "../../api/types";
import { shortfalls } from "../../core/check";
import { visibleAnswer } from "../../core/conditions";
import type { Answer, LabelSchema } from "../../core/schema";

/** "own", "model", or a voter's letter. */
export type Choice = string;

export const OWN: Choice = "own";
export const MODEL: Choice = "model";

export interface Verdict {
  choice: Choice | null;
  /** Kept while another choice is tried. */
  own: Answer;
  reason: string;
}

export const UNDECIDED: Verdict = { choice: null, own: {}, reason: "" };

export type Missing = "choice" | "reason" | "answer" | "own";

export function answerOf(dispute: Dispute, verdict: Verdict): Answer | null {
  if (verdict.choice === OWN) return verdict.own;
  if (verdict.choice === MODEL) return dispute.prediction?.answer ?? null;
  return dispute.votes.find((vote) => vote.voter === verdict.choice)?.answer ?? null;
}

/** What the expert has to do before the decision can be sent; null when nothing is missing. */
export function missingOf(
  dispute: Dispute,
  verdict: Verdict,
  schema: LabelSchema,
): Missing | null {
  const answer = answerOf(dispute, verdict);
  if (!answer) return "choice";
  if (shortfalls(schema, answer).length > 0) return verdict.choice === OWN ? "own" : "answer";
  return verdict.reason.trim() === "" ? "reason" : null;
}

/** The own answer starts from what was chosen last, so that one mends rather than repeats. */
export function startOwn(dispute: Dispute, verdict: Verdict, schema: LabelSchema): Verdict {
  if (Object.keys(verdict.own).length > 0) return { ...verdict, choice: OWN };
  const base = answerOf(dispute, verdict) ?? {};
  return { ...verdict, choice: OWN, own: visibleAnswer(schema, base) };
}

/** The choices in the order of their keys. */
export function choicesOf(dispute: Dispute): Choice[] {
  const voters = dispute.votes.map((vote) => vote.voter);
  return dispute.prediction ? [...voters, MODEL, OWN] : [...voters, OWN];
}
