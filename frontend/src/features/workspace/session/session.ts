/**
 * One person's work on one project. The next items are always in hand, an answer goes to the
 * outbox first, and nothing the person does waits for the network.
 */

import type { SkipReason, SubmissionReply } from "../../../api/types";
import {
  type AnswerCheck,
  confirmNothing,
  problemsOf,
  questionOfPointer,
  shortfalls,
} from "../../../core/check";
import { visibleAnswer } from "../../../core/conditions";
import { canUndo, record, redo, undo } from "../../../core/history";
import { Observable } from "../../../core/observable";
import type { OutboxEntry, SendProblem } from "../../../core/outbox/store";
import type { Answer, Label, LabelSchema } from "../../../core/schema";
import { withLabel } from "../../../core/schema";
import type { Place } from "./drafts";
import type { SubmitPayload } from "./server";
import { addPast, changePast, withSheet } from "./sheets";
import { Supply, type SupplyOptions } from "./supply";
import {
  type Draft,
  type PastSheet,
  pastOf,
  type SessionState,
  type Sheet,
  START,
  sheetOf,
  UNBLAMED,
} from "./types";

interface Options extends SupplyOptions {
  newId: () => string;
}

function problemsByQuestion(problems: readonly SendProblem[]): SessionState["serverProblems"] {
  const found: Record<string, SendProblem[]> = {};
  for (const problem of problems) {
    const question = questionOfPointer(problem.path) ?? "";
    found[question] = [...(found[question] ?? []), problem];
  }
  return found;
}

const LONGEST_CHECK_MS = 10_000;

/** Null when it takes too long. */
function inTime<T>(asked: Promise<T>): Promise<T | null> {
  const late = new Promise<null>((resolve) => setTimeout(resolve, LONGEST_CHECK_MS, null));
  return Promise.race([asked, late]);
}

export class Session {
  readonly state = new Observable<SessionState>(START);
  readonly #options: Options;
  readonly #supply: Supply;
  #isTurning = false;

  constructor(options: Options) {
    this.#options = options;
    this.#supply = new Supply(this.state, options);
  }

  async start(): Promise<void> {
    for (const entry of await this.#options.outbox.pending()) {
      const { assignment } = entry.payload as SubmitPayload;
      this.#supply.finish(assignment);
      this.#supply.finish(assignment, true);
    }
    await this.#supply.start();
  }

  refill(): Promise<void> {
    return this.#supply.refill();
  }

  /** Items for working without a network. */
  takeAlong(): Promise<void> {
    return this.#supply.takeAlong();
  }

  keepLeases(): Promise<void> {
    return this.#supply.keepLeases();
  }

  get draftPlaces(): Observable<ReadonlyMap<string, Place>> {
    return this.#supply.draftPlaces;
  }
  saveDrafts(): Promise<void> {
    return this.#supply.saveDrafts();
  }

  /** After signing in again: everything goes on where it was. */
  async resume(): Promise<void> {
    this.state.patch({ isSignedOut: false });
    void this.#options.outbox.wake();
    await (this.state.read().work ? this.#supply.refill() : this.#supply.start());
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
    if (changed) this.#supply.keepDraft(changed.assignment.id, changed.history.present);
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
    this.state.patch({ looking: assignment, ...UNBLAMED });
    const shown = assignment === null ? null : pastOf(this.state.read(), assignment);
    const { attention } = this.#options.outbox.state.read();
    const entry = attention.find((other) => other.id === shown?.refused);
    if (entry?.refusal) {
      this.state.patch({ serverProblems: problemsByQuestion(entry.refusal.problems) });
    }
  }

  // ---- answers out ----------------------------------------------------------------------

  /** False when something is missing or wrong: what it is, is shown from now on. */
  async submit(): Promise<boolean> {
    const asked = sheetOf(this.state.read())?.assignment;
    if (!asked || this.#isTurning) return true;
    this.#isTurning = true;
    const check = await this.#options.answerCheck(asked.guideline_version).finally(() => {
      this.#isTurning = false;
    });
    // Who looked elsewhere meanwhile did not mean the sheet that is shown now.
    const sheet = sheetOf(this.state.read());
    if (sheet?.assignment.id !== asked.id) return true;
    return this.#submitSheet(sheet, check);
  }

  async #submitSheet(sheet: Sheet, check: AnswerCheck | null): Promise<boolean> {
    const { work } = this.state.read();
    if (!work) return true;
    const { schema } = work.guideline;
    const draft = sheet.history.present;
    const answer = this.#finished(schema, draft.answer);
    if (!answer || problemsOf(schema, answer, check).length > 0) {
      // It stays where it is, and as a draft in the store.
      this.state.patch({ showsShortfalls: true, check });
      return false;
    }
    if (await this.#isHeldByCheck(sheet, visibleAnswer(schema, answer))) return true;
    const payload: SubmitPayload = {
      project: this.#options.project,
      assignment: sheet.assignment.id,
      body: {
        submission_id: this.#options.newId(),
        answer: visibleAnswer(schema, answer),
        comment: draft.comment,
        unsure: draft.isUnsure,
        next: false,
      },
    };
    await this.#leave(sheet, { ...draft, answer }, () =>
      this.#options.outbox.add({ id: payload.body.submission_id, kind: "submit", payload }),
    );
    return true;
  }

  /**
   * Where the policy has it, the model speaks once the person has answered. True when it says
   * something else: the sheet stays, with that beside it. Without a network nobody waits for it.
   */
  async #isHeldByCheck(sheet: Sheet, answer: Answer): Promise<boolean> {
    const { id, has_check } = sheet.assignment;
    if (!has_check || sheet.isChecked || "isOpen" in sheet) return false;
    this.#isTurning = true;
    const asked = this.#options.server.check(id, answer).catch(() => null);
    const prediction = await inTime(asked).finally(() => {
      this.#isTurning = false;
    });
    if (sheetOf(this.state.read())?.assignment.id !== id) return true;
    this.#changeSheet((shown) => ({
      ...shown,
      isChecked: true,
      assignment: { ...shown.assignment, prediction: prediction ?? shown.assignment.prediction },
    }));
    const said = JSON.stringify({ ...answer, ...prediction?.answer });
    return prediction !== null && said !== JSON.stringify(answer);
  }

  /** Null when something is missing; nothing marked is an answer once it was asked about. */
  #finished(schema: LabelSchema, answer: Answer): Answer | null {
    if (shortfalls(schema, answer).length === 0) return answer;
    return this.state.read().showsShortfalls ? confirmNothing(schema, answer) : null;
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
    const { id, earlier } = sheet.assignment;
    const refused = "refused" in sheet ? (sheet as PastSheet).refused : null;
    if (refused) await this.#options.outbox.discard(refused);
    this.#supply.finish(id, earlier !== null);
    const state = this.state.read();
    // What was sent is what stands there now: a mark says of the sheet only what is changed later.
    const history = sent ? { ...sheet.history, present: sent } : sheet.history;
    const past: PastSheet = { ...sheet, history, isOpen: sent !== null, sent, refused: null };
    if (sheet.assignment.id !== state.current?.assignment.id) {
      this.state.patch({
        past: changePast(state.past, id, past),
        looking: null,
        ...UNBLAMED,
      });
      return;
    }
    const judged = state.judged + (sent && !earlier ? 1 : 0);
    this.state.patch({ past: addPast(state.past, past), judged });
    this.#supply.turnOver();
    void this.refill();
  }

  /** The server has it. */
  handleSent(_entry: OutboxEntry, reply: unknown): void {
    const counted = (reply as SubmissionReply | null)?.judged_by_me;
    const waiting = this.#options.outbox.state.read().waiting;
    // While others wait the server's count is behind; the one on the screen is ahead of it.
    if (counted !== undefined && waiting === 0) this.state.patch({ judged: counted });
    if (!this.state.read().current) void this.refill();
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
}
