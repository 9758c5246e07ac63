/** Sheets, made and turned over. Pure. */

import type { Assignment, RecentJudgment, Work } from "../../../api/types";
import { canUndo, startHistory } from "../../../core/history";
import type { Place } from "./drafts";
import {
  type Draft,
  EMPTY_DRAFT,
  type PastSheet,
  type SessionState,
  type Sheet,
  sheetOf,
  UNBLAMED,
} from "./types";

/** How far back the rail goes. */
const MOST_PAST = 60;

/** What the person said before, of an item that came back. */
function draftOf({ earlier }: Assignment): Draft {
  if (!earlier) return EMPTY_DRAFT;
  return { answer: earlier.answer, comment: earlier.comment, isUnsure: earlier.unsure };
}

function newSheet(assignment: Assignment, draft = draftOf(assignment)): Sheet {
  return { assignment, history: startHistory(draft) };
}

function sheetOfRecent(work: Work, recent: RecentJudgment): PastSheet[] {
  if (!recent.item) return [];
  const { answer, comment, unsure } = recent;
  const draft = { answer, comment, isUnsure: unsure };
  const assignment: Assignment = {
    id: recent.assignment,
    project: work.project.id,
    guideline_version: recent.guideline_version,
    expires_at: recent.submitted_at,
    item: recent.item,
    prediction: null,
    has_check: false,
    earlier: null,
    draft: null,
  };
  // An answer given under an older guideline answers other questions.
  const isOpen = recent.open && assignment.guideline_version === work.guideline.version;
  return [{ ...newSheet(assignment, draft), isOpen, sent: draft, refused: null }];
}

/** The last answers of earlier sessions; the server lists the newest first. */
export function pastOfWork(work: Work): PastSheet[] {
  return [...work.recent].reverse().flatMap((recent) => sheetOfRecent(work, recent));
}

export function isNewer(a: Assignment, guideline: number): boolean {
  return a.guideline_version > guideline;
}

/** An earlier answer was changed, and the change is not sent. */
export function isChanged(sheet: PastSheet): boolean {
  return sheet.isOpen && canUndo(sheet.history) && sheet.history.present !== sheet.sent;
}

const isSame = (one: Draft, other: Draft) => JSON.stringify(one) === JSON.stringify(other);

/** Where what was begun and not sent is kept for sure; null when nothing is begun. */
export function draftPlace(
  { current, past }: SessionState,
  places: ReadonlyMap<string, Place>,
): Place | null {
  const begun = past.filter(isChanged).map(({ assignment }) => assignment.id);
  if (current && !isSame(current.history.present, draftOf(current.assignment))) {
    begun.push(current.assignment.id);
  }
  if (begun.length === 0) return null;
  return begun.every((id) => places.get(id) === "server") ? "server" : "here";
}

/** The state with the sheet on the screen changed. */
export function withSheet(
  state: SessionState,
  change: (sheet: Sheet) => Sheet,
): Partial<SessionState> {
  const shown = sheetOf(state);
  if (!shown) return {};
  if (shown === state.current) return { current: change(shown) };
  const past = state.past.map((sheet) =>
    sheet === shown ? { ...sheet, history: change(sheet).history } : sheet,
  );
  return { past };
}

export function addPast(past: readonly PastSheet[], sheet: PastSheet): readonly PastSheet[] {
  const others = past.filter((other) => other.assignment.id !== sheet.assignment.id);
  return [...others, sheet].slice(-MOST_PAST);
}

export function changePast(
  past: readonly PastSheet[],
  assignment: string,
  change: Partial<PastSheet>,
): readonly PastSheet[] {
  return past.map((sheet) =>
    sheet.assignment.id === assignment ? { ...sheet, ...change } : sheet,
  );
}

/** The next item comes to the front, or nothing is left. */
export function turnOver(
  state: SessionState,
  drafts: ReadonlyMap<string, Draft>,
): Partial<SessionState> {
  const [next, ...ahead] = state.ahead;
  const clean = { looking: null, ...UNBLAMED };
  if (!next) return { ...clean, current: null, ahead: [] };
  return { ...clean, current: newSheet(next, drafts.get(next.id)), ahead, phase: "working" };
}
