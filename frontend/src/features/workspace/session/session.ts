/**
 * One person's work on one project. The next items are always in hand, an answer goes to the
 * outbox first, and nothing the person does waits for the network.
 */

import { ApiError } from "../../../api/client";
import type { Assignment, SkipReason, SubmissionReply, Work } from "../../../api/types";
import { questionOfPointer, shortfalls } from "../../../core/check";
import { visibleAnswer } from "../../../core/conditions";
import { canUndo, record, redo, undo } from "../../../core/history";
import { Observable } from "../../../core/observable";
import type { Outbox } from "../../../core/outbox/outbox";
import type { OutboxEntry, OutboxStore, SendProblem } from "../../../core/outbox/store";
import type { Label } from "../../../core/schema";
import { withLabel } from "../../../core/schema";
import type { SubmitPayload, WorkspaceServer } from "./server";
import { addPast, changePast, isNewer, pastOfWork, turnOver, withSheet } from "./sheets";
import {
  type Draft,
  type PastSheet,
  pastOf,
  type SessionState,
  type Sheet,
  START,
  sheetOf,
} from "./types";

/** One in front and two behind it. */
const HELD = 3;
/** More leases than this the server does not give. */
const MOST_LEASES = 5;

interface Options {
  project: number;
  server: WorkspaceServer;
  outbox: Outbox;
  store: OutboxStore;
  /** Fetches what an item needs to be shown, such as its pictures. */
  prefetch: (assignment: Assignment) => void;
  newId: () => string;
}

function problemsByQuestion(problems: readonly SendProblem[]): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const { path, message } of problems) {
    const question = questionOfPointer(path) ?? "";
    found[question] = [...(found[question] ?? []), message];
  }
  return found;
}

export class Session {
  readonly state = new Observable<SessionState>(START);
  readonly #options: Options;
  readonly #drafts = new Map<string, Draft>();
  /** Answered or skipped here; the server may not know it yet and offer them again. */
  readonly #done = new Set<string>();
  #asking: Promise<void> | null = null;
  #isTurning = false;

  constructor(options: Options) {
    this.#options = options;
  }

  // ---- items in -------------------------------------------------------------------------

  async start(): Promise<void> {
    this.state.patch({ phase: "loading", error: null });
    for (const entry of await this.#options.outbox.pending()) this.#noteSent(entry);
    try {
      await this.#readWork();
      await this.refill();
    } catch (error) {
      this.#fail(error);
    }
  }

  async #readWork(): Promise<void> {
    const work = await this.#options.server.work();
    const known = new Set(this.state.read().past.map((sheet) => sheet.assignment.id));
    const earlier = pastOfWork(work).filter((sheet) => !known.has(sheet.assignment.id));
    this.state.patch({
      work,
      judged: work.judged_by_me,
      past: [...earlier, ...this.state.read().past],
      isSignedOut: false,
    });
  }

  /** Tops up the items in hand; one request at a time. */
  refill(): Promise<void> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
      this.state.patch({ isAsking: false });
    });
    return this.#asking;
  }

  async #ask(): Promise<void> {
    this.state.patch({ isAsking: true });
    try {
      const waiting = this.#options.outbox.state.read().waiting;
      const offered = await this.#options.server.claim(Math.min(MOST_LEASES, HELD + waiting));
      await this.#take(offered);
    } catch (error) {
      this.#fail(error);
    }
  }

  async #take(offered: readonly Assignment[]): Promise<void> {
    const { current, ahead, work } = this.state.read();
    const known = new Set([current?.assignment.id, ...ahead.map((assignment) => assignment.id)]);
    const fresh = offered.filter(({ id }) => !known.has(id) && !this.#done.has(id));
    if (work && fresh.some((assignment) => isNewer(assignment, work.guideline.version))) {
      await this.#readWork();
    }
    for (const assignment of fresh) {
      this.#options.prefetch(assignment);
      await this.#readDraft(assignment.id);
    }
    this.state.patch({ ahead: [...this.state.read().ahead, ...fresh], error: null });
    if (!this.state.read().current) this.#turnOver();
  }

  async #readDraft(assignment: string): Promise<void> {
    const draft = await this.#options.store.readDraft(this.#draftKey(assignment));
    // Written by this class only, so it is what it was.
    if (draft) this.#drafts.set(assignment, draft as Draft);
  }

  #turnOver(): void {
    this.state.patch(turnOver(this.state.read(), this.#drafts));
    const { current, error } = this.state.read();
    if (!current && !error) this.state.patch({ phase: "empty" });
  }

  /** What fails while items are in hand is tried again silently; without them it is shown. */
  #fail(error: unknown): void {
    if (error instanceof ApiError && error.status === 401) {
      this.state.patch({ isSignedOut: true });
      return;
    }
    this.state.patch({ error });
    if (!this.state.read().current) this.state.patch({ phase: "failed" });
  }

  /** After signing in again: everything goes on where it was. */
  async resume(): Promise<void> {
    this.state.patch({ isSignedOut: false });
    void this.#options.outbox.wake();
    const { work } = this.state.read();
    await (work ? this.refill() : this.start());
  }

  async keepLeases(): Promise<void> {
    const { current, ahead } = this.state.read();
    const held = [...(current ? [current.assignment] : []), ...ahead];
    const lost = new Set<string>();
    for (const { id } of held) {
      await this.#options.server.heartbeat(id).catch((error: unknown) => {
        if (error instanceof ApiError && (error.status === 404 || error.status === 409)) {
          lost.add(id);
        }
      });
    }
    // The item in front stays: a late answer is still taken where the item has room.
    const kept = this.state.read().ahead.filter(({ id }) => !lost.has(id));
    if (kept.length < this.state.read().ahead.length) {
      this.state.patch({ ahead: kept });
      void this.refill();
    }
  }

  // ---- the answer -----------------------------------------------------------------------

  edit(change: (draft: Draft) => Draft, joins: string | null = null): void {
    this.#changeSheet((sheet) => ({
      ...sheet,
      history: record(sheet.history, change(sheet.history.present), joins),
    }));
  }

  setLabel(question: string, label: Label | undefined, joins?: string): void {
    const { [question]: _mended, ...serverProblems } = this.state.read().serverProblems;
    this.state.patch({ serverProblems });
    this.edit(
      (draft) => ({ ...draft, answer: withLabel(draft.answer, question, label) }),
      joins ?? null,
    );
  }

  /** Takes back the last change; before the first one, goes back to the item before. */
  undo(): void {
    const sheet = sheetOf(this.state.read());
    if (sheet && !canUndo(sheet.history)) this.look(-1);
    else this.#changeSheet((shown) => ({ ...shown, history: undo(shown.history) }));
  }

  redo(): void {
    this.#changeSheet((sheet) => ({ ...sheet, history: redo(sheet.history) }));
  }

  #changeSheet(change: (sheet: Sheet) => Sheet): void {
    const state = this.state.read();
    const shown = sheetOf(state);
    if (!shown || ("isOpen" in shown && !shown.isOpen)) return;
    this.state.patch(withSheet(state, change));
    const changed = sheetOf(this.state.read());
    if (!changed) return;
    const key = this.#draftKey(changed.assignment.id);
    void this.#options.store.writeDraft(key, changed.history.present).catch(() => undefined);
  }

  // ---- looking back ---------------------------------------------------------------------

  look(direction: 1 | -1): void {
    const { past, looking } = this.state.read();
    const at =
      looking === null ? past.length : past.findIndex((sheet) => sheet.assignment.id === looking);
    const next = at + direction;
    if (next < 0) return;
    this.open(past[next]?.assignment.id ?? null);
  }

  /** Null comes back to the current item. */
  open(assignment: string | null): void {
    this.state.patch({ looking: assignment, serverProblems: {}, showsShortfalls: false });
    const shown = assignment === null ? null : pastOf(this.state.read(), assignment);
    const refused = this.#refusalOf(shown?.refused ?? null);
    if (refused) this.state.patch({ serverProblems: refused });
  }

  #refusalOf(id: string | null): Record<string, readonly string[]> | null {
    const entry = this.#options.outbox.state.read().attention.find((other) => other.id === id);
    if (!entry?.refusal) return null;
    const { problems, message } = entry.refusal;
    return problems.length > 0 ? problemsByQuestion(problems) : { "": [message] };
  }

  // ---- answers out ----------------------------------------------------------------------

  /** False when something is missing: what it is, is shown from now on. */
  async submit(): Promise<boolean> {
    const state = this.state.read();
    const sheet = sheetOf(state);
    if (!sheet || !state.work || this.#isTurning) return true;
    const { schema } = state.work.guideline;
    const draft = sheet.history.present;
    if (shortfalls(schema, draft.answer).length > 0) {
      this.state.patch({ showsShortfalls: true });
      return false;
    }
    const payload: SubmitPayload = {
      project: this.#options.project,
      assignment: sheet.assignment.id,
      body: {
        submission_id: this.#options.newId(),
        answer: visibleAnswer(schema, draft.answer),
        comment: draft.comment,
        unsure: draft.isUnsure,
        next: false,
      },
    };
    await this.#leave(sheet, draft, () =>
      this.#options.outbox.add({ id: payload.body.submission_id, kind: "submit", payload }),
    );
    return true;
  }

  async skip(reason: SkipReason, comment: string): Promise<void> {
    const { current, looking } = this.state.read();
    if (!current || looking !== null || this.#isTurning) return;
    const id = this.#options.newId();
    const { project } = this.#options;
    const payload = { project, assignment: current.assignment.id, body: { reason, comment } };
    await this.#leave(current, null, () =>
      this.#options.outbox.add({ id, kind: "skip", payload }),
    );
  }

  /** The answer is stored first; only then does the screen move on. */
  async #leave(sheet: Sheet, sent: Draft | null, store: () => Promise<void>): Promise<void> {
    this.#isTurning = true;
    try {
      await store();
    } finally {
      this.#isTurning = false;
    }
    const { id } = sheet.assignment;
    const refused = "refused" in sheet ? (sheet as PastSheet).refused : null;
    if (refused) await this.#options.outbox.discard(refused);
    this.#done.add(id);
    this.#drafts.delete(id);
    void this.#options.store.removeDraft(this.#draftKey(id)).catch(() => undefined);
    const state = this.state.read();
    const past: PastSheet = { ...sheet, isOpen: sent !== null, sent, refused: null };
    if (sheet.assignment.id !== state.current?.assignment.id) {
      this.state.patch({
        past: changePast(state.past, id, past),
        looking: null,
        serverProblems: {},
      });
      return;
    }
    const judged = state.judged + (sent ? 1 : 0);
    this.state.patch({ past: addPast(state.past, past), judged });
    this.#turnOver();
    void this.refill();
  }

  #noteSent(entry: OutboxEntry): void {
    this.#done.add((entry.payload as SubmitPayload).assignment);
  }

  /** The server has it. */
  handleSent(entry: OutboxEntry, reply: unknown): void {
    const counted = (reply as SubmissionReply | null)?.judged_by_me;
    const waiting = this.#options.outbox.state.read().waiting;
    // While others wait the server's count is behind; the one on the screen is ahead of it.
    if (counted !== undefined && waiting === 0) this.state.patch({ judged: counted });
    if (entry.kind === "submit" && this.state.read().phase === "empty") void this.refill();
  }

  /** The server will not take it: it waits in the rail, marked, until a person has looked. */
  handleRefused(entry: OutboxEntry): void {
    const { assignment } = entry.payload as SubmitPayload;
    const isTooLate = entry.refusal?.code === "already_decided";
    const past = changePast(this.state.read().past, assignment, {
      refused: entry.id,
      isOpen: !isTooLate,
    });
    this.state.patch({ past });
  }

  /** The person has seen it and lets it go. */
  async dismiss(id: string): Promise<void> {
    await this.#options.outbox.discard(id);
    const past = this.state
      .read()
      .past.map((sheet) => (sheet.refused === id ? { ...sheet, refused: null } : sheet));
    this.state.patch({ past, serverProblems: {} });
  }

  #draftKey(assignment: string): string {
    return `${this.#options.project} ${assignment}`;
  }

  /** For the clock that keeps the leases. */
  get work(): Work | null {
    return this.state.read().work;
  }
}
