/**
 * Answers on their way to the server. An answer is stored here before the screen moves on; one
 * sender takes them in order, tries again when the network or the server fails, and removes an
 * answer only when the server has it.
 */

import { Observable } from "../observable";
import { waitBefore } from "./backoff";
import type { OutboxEntry, OutboxStore, SendProblem } from "./store";

export type SendResult =
  | { kind: "done"; reply: unknown }
  | { kind: "retry" }
  | { kind: "signed_out" }
  | { kind: "refused"; code: string; message: string; problems: SendProblem[] };

export interface OutboxState {
  waiting: number;
  /** Refused for good: a person has to look. */
  attention: OutboxEntry[];
  isSignedOut: boolean;
  /** The last attempt failed for want of a network or a server. */
  isFailing: boolean;
}

export interface OutboxOptions {
  store: OutboxStore;
  user: number;
  send: (entry: OutboxEntry) => Promise<SendResult>;
  onSent?: (entry: OutboxEntry, reply: unknown) => void;
  onRefused?: (entry: OutboxEntry) => void;
  /** Runs one sender at a time over all tabs of the browser. */
  exclusively?: (work: () => Promise<void>) => Promise<void>;
  now?: () => number;
  chance?: () => number;
}

const IDLE: OutboxState = { waiting: 0, attention: [], isSignedOut: false, isFailing: false };

export class Outbox {
  readonly state = new Observable<OutboxState>(IDLE);
  readonly #options: OutboxOptions;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #draining: Promise<void> | null = null;
  #again = false;
  #isStopped = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Resolves once the answer is safe in the browser; sending goes on behind. */
  async add(entry: { id: string; kind: string; payload: unknown }): Promise<void> {
    await this.#options.store.put({
      ...entry,
      user: this.#options.user,
      createdAt: this.#now(),
      attempts: 0,
      refusal: null,
    });
    await this.#count();
    void this.wake();
  }

  /** Sends what waits: at the start, when the network is back, after signing in. */
  wake(): Promise<void> {
    this.#clearTimer();
    if (this.#isStopped) return Promise.resolve();
    if (this.#draining) {
      this.#again = true;
      return this.#draining;
    }
    const exclusively = this.#options.exclusively ?? ((work) => work());
    this.#draining = exclusively(() => this.#drain()).finally(() => {
      this.#draining = null;
      if (this.#again) {
        this.#again = false;
        void this.wake();
      }
    });
    return this.#draining;
  }

  async discard(id: string): Promise<void> {
    await this.#options.store.remove(id);
    await this.#count();
  }

  start(): void {
    this.#isStopped = false;
    void this.wake();
  }

  /** The page is left: what waits stays in the browser and is sent on the next visit. */
  stop(): void {
    this.#isStopped = true;
    this.#clearTimer();
  }

  /** What waits of this person's, oldest first. */
  async pending(): Promise<OutboxEntry[]> {
    return (await this.#mine()).filter((entry) => entry.refusal === null);
  }

  async #mine(): Promise<OutboxEntry[]> {
    const entries = await this.#options.store.all();
    return entries.filter((entry) => entry.user === this.#options.user);
  }

  async #drain(): Promise<void> {
    // Read anew each time: another tab may have sent what this one remembers.
    let [next] = await this.pending();
    while (next && !this.#isStopped) {
      const result = await this.#options.send(next).catch((): SendResult => ({ kind: "retry" }));
      if (!(await this.#settle(next, result))) break;
      [next] = await this.pending();
    }
    // Nothing failed here for good: another tab has sent it.
    if (!next) this.state.patch({ isFailing: false });
    await this.#count();
  }

  /** True when the sender may go on with the next one. */
  async #settle(entry: OutboxEntry, result: SendResult): Promise<boolean> {
    if (result.kind === "done") {
      await this.#options.store.remove(entry.id);
      this.state.patch({ isFailing: false, isSignedOut: false });
      await this.#count();
      this.#options.onSent?.(entry, result.reply);
      return true;
    }
    if (result.kind === "refused") {
      const { code, message, problems } = result;
      const refused = { ...entry, refusal: { code, message, problems } };
      await this.#options.store.put(refused);
      await this.#count();
      this.#options.onRefused?.(refused);
      return true;
    }
    if (result.kind === "signed_out") {
      this.state.patch({ isSignedOut: true });
      return false;
    }
    await this.#retryLater(entry);
    return false;
  }

  async #retryLater(entry: OutboxEntry): Promise<void> {
    const attempts = entry.attempts + 1;
    await this.#options.store.put({ ...entry, attempts });
    this.state.patch({ isFailing: true });
    if (this.#isStopped) return;
    const wait = waitBefore(attempts, (this.#options.chance ?? Math.random)());
    this.#timer = setTimeout(() => void this.wake(), wait);
  }

  async #count(): Promise<void> {
    const mine = await this.#mine();
    const attention = mine.filter((entry) => entry.refusal !== null);
    this.state.patch({ waiting: mine.length - attention.length, attention });
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }

  #clearTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}

/** One sender over all tabs, where the browser can say so. */
export async function acrossTabs(work: () => Promise<void>): Promise<void> {
  if (!("locks" in navigator)) return work();
  await navigator.locks.request("annotate-outbox", work);
}
