/** What an expert may decide on a dispute. Pure. */

import type { Dispute } from "../../api/types";
import { shortfalls } from "../../core/check";
import { visibleAnswer } from "../../core/conditions";
import type { Answer, LabelSchema } from "../../core/schema";

/** "keep", "own", "model", or a voter's letter. */
export type Choice = string;

/** What the expert answered before seeing the votes. */
export const KEEP: Choice = "keep";

export const OWN: Choice = "own";
export const MODEL: Choice = "model";

export interface Verdict {
  choice: Choice | null;
  /** Kept while another choice is tried. */
  own: Answer;
  reason: string;
  /** Why it is left to a lead, so far; null or missing while nobody thinks of that. */
  leaving?: string | null;
}

export const UNDECIDED: Verdict = { choice: null, own: {}, reason: "" };

export type Missing = "choice" | "reason" | "answer" | "own";

export function answerOf(dispute: Dispute, verdict: Verdict): Answer | null {
  if (verdict.choice === OWN) return verdict.own;
  if (verdict.choice === KEEP) return dispute.own;
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
  // Nothing has to be said for an answer that the votes did not change.
  if (verdict.choice === KEEP) return null;
  return verdict.reason.trim() === "" ? "reason" : null;
}

/** The voter or model whose answer becomes the verdict; null for an answer of one's own. */
export function adoptedBy({ choice }: Verdict): Choice | null {
  return choice === OWN || choice === KEEP ? null : choice;
}

/** What is left to do before the own answer can be committed, blind. */
export function missingBlind(verdict: Verdict, schema: LabelSchema): Missing | null {
  return shortfalls(schema, verdict.own).length > 0 ? "own" : null;
}

/** The own answer starts from what was chosen last, so that one mends rather than repeats. */
export function startOwn(dispute: Dispute, verdict: Verdict, schema: LabelSchema): Verdict {
  if (Object.keys(verdict.own).length > 0) return { ...verdict, choice: OWN };
  const base = answerOf(dispute, verdict) ?? dispute.own ?? {};
  return { ...verdict, choice: OWN, own: visibleAnswer(schema, base) };
}

/** The choices in the order of their keys. */
export function choicesOf(dispute: Dispute): Choice[] {
  const voters = dispute.votes.map((vote) => vote.voter);
  const kept = dispute.own ? [KEEP] : [];
  return [...kept, ...voters, ...(dispute.prediction ? [MODEL] : []), OWN];
}

/** The votes are hidden until an own answer is committed. */
export function isBlind(dispute: Dispute): boolean {
  return !dispute.revealed && dispute.stage === "disputed" && dispute.held_by_me;
}

/** Whose turn it is not: another expert holds it, or it has been decided. */
export function isBlocked(dispute: Dispute): boolean {
  return dispute.stage === "settled" || (dispute.held && !dispute.held_by_me);
}
