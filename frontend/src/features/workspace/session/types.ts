/** What the workspace knows at one moment. */

import type { Assignment, Work } from "../../../api/types";
import type { AnswerCheck } from "../../../core/check";
import type { History } from "../../../core/history";
import type { SendProblem } from "../../../core/outbox/store";
import type { Answer } from "../../../core/schema";

export interface Draft {
  answer: Answer;
  comment: string;
  isUnsure: boolean;
}

/** An item in hand, with what has been said of it so far. */
export interface Sheet {
  assignment: Assignment;
  history: History<Draft>;
  /** The first answer is with the server, and what the model says stands beside it. */
  isChecked?: boolean;
}

/** An item that was answered before: it can be looked at, and mended while it is open. */
export interface PastSheet extends Sheet {
  /** It can still be corrected. */
  isOpen: boolean;
  /** What was last sent; null when it was skipped. */
  sent: Draft | null;
  /** The submission the server refused, to be replaced by the next one. */
  refused: string | null;
}

type Phase = "loading" | "working" | "empty" | "failed";

export interface SessionState {
  phase: Phase;
  error: unknown;
  work: Work | null;
  /** The item to be answered. */
  current: Sheet | null;
  /** Items leased and waiting, nearest first. */
  ahead: readonly Assignment[];
  /** Oldest first. */
  past: readonly PastSheet[];
  /** Assignment of the past item that is being looked at. */
  looking: string | null;
  judged: number;
  /** The server was asked for items just now. */
  isAsking: boolean;
  /** The server no longer knows who we are. */
  isSignedOut: boolean;
  /** What the server found wrong, question by question ("" is the whole answer). */
  serverProblems: Readonly<Record<string, readonly SendProblem[]>>;
  /** The answer was sent unfinished: what is missing is shown from now on. */
  showsShortfalls: boolean;
  /** Refused the answer before it was sent, and says what is wrong while it is being mended. */
  check: AnswerCheck | null;
}

export const EMPTY_DRAFT: Draft = { answer: {}, comment: "", isUnsure: false };

/** Another sheet comes up: what was wrong with the one before is not said of it. */
export const UNBLAMED = { serverProblems: {}, showsShortfalls: false, check: null };

export const START: SessionState = {
  phase: "loading",
  error: null,
  work: null,
  current: null,
  ahead: [],
  past: [],
  looking: null,
  judged: 0,
  isAsking: false,
  isSignedOut: false,
  ...UNBLAMED,
};

/** The sheet on the screen: the past one that is looked at, else the current one. */
export function sheetOf(state: SessionState): Sheet | PastSheet | null {
  if (state.looking === null) return state.current;
  return pastOf(state, state.looking) ?? state.current;
}

export function pastOf(state: SessionState, assignment: string): PastSheet | null {
  return state.past.find((sheet) => sheet.assignment.id === assignment) ?? null;
}
