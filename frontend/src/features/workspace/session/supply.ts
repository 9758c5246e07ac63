/** Items on their way in: leased ahead of time, so that the next one is always in hand. */

import { ApiError } from "../../../api/client";
import type { Assignment, Work } from "../../../api/types";
import type { AnswerCheck } from "../../../core/check";
import { record } from "../../../core/history";
import type { Observable } from "../../../core/observable";
import type { Outbox } from "../../../core/outbox/outbox";
import type { OutboxStore } from "../../../core/outbox/store";
import { Drafts, type Place } from "./drafts";
import type { Claimed, WorkspaceServer } from "./server";
import { isNewer, pastOfWork, turnOver } from "./sheets";
import type { Draft, PastSheet, SessionState } from "./types";

/** One in front and two behind it. */
const HELD = 3;
/** Answers on their way hold their leases too; so many are asked for at most. */
const MOST_LEASES = 5;
/** What is taken along to work without a network; more where a lead allows more than is usual. */
const TAKEN_ALONG = 50;
const USUAL_LIMIT = 60;

/** How many items are taken along, by how many one may hold. */
export function takenAlong(work: Work | null): number {
  const most = work?.most_at_once ?? USUAL_LIMIT;
  return most > USUAL_LIMIT ? most : Math.min(TAKEN_ALONG, most);
}

export interface SupplyOptions {
  project: number;
  server: WorkspaceServer;
  outbox: Outbox;
  store: OutboxStore;
  /** Fetches what an item needs to be shown, such as its pictures. */
  prefetch: (assignment: Assignment) => void;
  /** What an answer must be under a version of the guideline; null when it cannot be had now. */
  answerCheck: (version: number) => Promise<AnswerCheck | null>;
}

/** An item that was answered and came back is another piece of work. */
const again = (assignment: string) => `${assignment} again`;

export class Supply {
  readonly #state: Observable<SessionState>;
  readonly #options: SupplyOptions;
  readonly #drafts: Drafts;
  /** Answered or skipped here; the server may not know it yet and offer them again. */
  readonly #done = new Set<string>();
  #asking: Promise<void> | null = null;
  #asksAgain = false;
  #takesAlong = false;

  constructor(state: Observable<SessionState>, options: SupplyOptions) {
    this.#state = state;
    this.#options = options;
    this.#drafts = new Drafts(options);
  }

  get draftPlaces(): Observable<ReadonlyMap<string, Place>> {
    return this.#drafts.places;
  }

  async start(): Promise<void> {
    this.#state.patch({ phase: "loading", error: null });
    try {
      await this.#readWork();
    } catch (error) {
      this.#fail(error);
      return;
    }
    await this.refill();
  }

  /** The assignment needs no more work here. */
  finish(assignment: string, isAgain = false): void {
    this.#done.add(isAgain ? again(assignment) : assignment);
    this.#drafts.forget(assignment);
  }

  keepDraft(assignment: string, draft: Draft): void {
    const isInHand = assignment === this.#state.read().current?.assignment.id;
    this.#drafts.keep(assignment, draft, isInHand);
  }

  saveDrafts(): Promise<void> {
    return this.#drafts.save();
  }

  /** The next item comes to the front; without one, it is being asked for. */
  turnOver(): void {
    this.#state.patch(turnOver(this.#state.read(), this.#drafts.found));
    if (!this.#state.read().current) this.#state.patch({ phase: "loading" });
  }

  /** Tops up the items in hand; one request at a time, and one more for what came up meanwhile. */
  refill(): Promise<void> {
    if (this.#asking) {
      this.#asksAgain = true;
      return this.#asking;
    }
    this.#state.patch({ isAsking: true });
    this.#asking = this.#askUntilSettled().finally(() => {
      this.#asking = null;
      this.#state.patch({ isAsking: false });
    });
    return this.#asking;
  }

  /** Once: from then on they are worked off, and topped up as always when they come to an end. */
  async takeAlong(): Promise<void> {
    this.#takesAlong = true;
    await this.refill();
  }

  async #askUntilSettled(): Promise<void> {
    do {
      this.#asksAgain = false;
      await this.#ask();
    } while (this.#asksAgain);
  }

  #wanted(): number {
    const { waiting } = this.#options.outbox.state.read();
    const { work } = this.#state.read();
    if (this.#takesAlong) return takenAlong(work);
    return Math.min(MOST_LEASES, HELD + waiting, work?.most_at_once ?? USUAL_LIMIT);
  }

  async #ask(): Promise<void> {
    try {
      const offered = await this.#options.server.claim(this.#wanted());
      this.#takesAlong = false;
      await this.#take(offered);
    } catch (error) {
      this.#fail(error);
    }
  }

  async #take({ assignments, rung }: Claimed): Promise<void> {
    const { work } = this.#state.read();
    const fresh = assignments.filter((assignment) => !this.#isKnown(assignment));
    const isNew = (one: Assignment) => work !== null && isNewer(one, work.guideline.version);
    if (work && (fresh.some(isNew) || rung !== work.standing.rung)) await this.#readWork();
    for (const assignment of fresh) {
      this.#options.prefetch(assignment);
      await this.#drafts.read(assignment);
    }
    const ahead = [...this.#state.read().ahead, ...fresh.filter((one) => !this.#isKnown(one))];
    this.#state.patch({ ahead, error: null });
    if (this.#state.read().current) return;
    this.turnOver();
    // Answers that are not sent yet still hold their leases: only after them is it the end.
    const isEnd = this.#options.outbox.state.read().waiting === 0;
    if (!this.#state.read().current && isEnd) this.#state.patch({ phase: "empty" });
  }

  #isKnown({ id, earlier }: Assignment): boolean {
    const { current, ahead } = this.#state.read();
    return (
      this.#done.has(earlier ? again(id) : id) ||
      current?.assignment.id === id ||
      ahead.some((assignment) => assignment.id === id)
    );
  }

  async #readWork(): Promise<void> {
    const work = await this.#options.server.work();
    // A head start, so that no answer has to wait for it.
    void this.#options.answerCheck(work.guideline.version);
    const listed = await Promise.all(pastOfWork(work).map((sheet) => this.#withChange(sheet)));
    const { past } = this.#state.read();
    const known = new Set(past.map((sheet) => sheet.assignment.id));
    const earlier = listed.filter((sheet) => !known.has(sheet.assignment.id));
    this.#state.patch({
      work,
      judged: work.judged_by_me,
      past: [...earlier, ...past],
      isSignedOut: false,
    });
  }

  /** An earlier answer, with what was changed in it before the page was left. */
  async #withChange(sheet: PastSheet): Promise<PastSheet> {
    if (!sheet.isOpen) return sheet;
    const { id, expires_at } = sheet.assignment;
    const change = await this.#drafts.readChange(id, Date.parse(expires_at));
    return change ? { ...sheet, history: record(sheet.history, change) } : sheet;
  }

  /** What fails while items are in hand is tried again silently; without them it is shown. */
  #fail(error: unknown): void {
    if (error instanceof ApiError && error.status === 401) {
      this.#state.patch({ isSignedOut: true });
      return;
    }
    this.#state.patch({ error });
    if (!this.#state.read().current) this.#state.patch({ phase: "failed" });
  }

  async keepLeases(): Promise<void> {
    void this.#drafts.save();
    const { current, ahead } = this.#state.read();
    const held = [...(current ? [current.assignment] : []), ...ahead];
    const lost = new Set<string>();
    for (const { id } of held) {
      await this.#options.server.heartbeat(id).catch((error: unknown) => {
        if (error instanceof ApiError && [404, 409].includes(error.status)) lost.add(id);
      });
    }
    // The item in front stays: a late answer is still taken where the item has room.
    const kept = this.#state.read().ahead.filter(({ id }) => !lost.has(id));
    if (kept.length === this.#state.read().ahead.length) return;
    this.#state.patch({ ahead: kept });
    await this.refill();
  }
}
