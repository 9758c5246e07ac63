/**
 * What the person has begun to say: in the browser at once, and on the server a moment later, so
 * that another browser can go on with it. Nothing waits for either.
 */

import { ApiError } from "../../../api/client";
import type { Assignment } from "../../../api/types";
import type { OutboxStore } from "../../../core/outbox/store";
import type { WorkspaceServer } from "./server";
import type { Draft } from "./types";

/** By this browser's clock, in milliseconds: of two drafts the later one is shown. */
export interface Kept extends Draft {
  changedAt: number;
}

/** A server is not told of each key that is pressed. */
const SAVE_AFTER_MS = 3000;

function ofServer({ draft }: Assignment): Kept | null {
  if (!draft) return null;
  const { answer, comment, unsure, changed_at } = draft;
  return { answer, comment, isUnsure: unsure, changedAt: Date.parse(changed_at) };
}

/** It will be refused the next time, too. */
function isFinal(error: unknown): boolean {
  return error instanceof ApiError && [400, 403, 404, 409, 413].includes(error.status);
}

export class Drafts {
  /** Of the items in hand. */
  readonly found = new Map<string, Draft>();
  readonly #project: number;
  readonly #server: WorkspaceServer;
  readonly #store: OutboxStore;
  /** The server does not know them yet. */
  readonly #unsaved = new Map<string, Kept>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: { project: number; server: WorkspaceServer; store: OutboxStore }) {
    this.#project = options.project;
    this.#server = options.server;
    this.#store = options.store;
  }

  keep(assignment: string, draft: Draft, isInHand: boolean): void {
    const kept = { ...draft, changedAt: Date.now() };
    void this.#store.writeDraft(this.#key(assignment), kept).catch(() => undefined);
    if (!isInHand) return;
    this.#unsaved.set(assignment, kept);
    this.#timer ??= setTimeout(() => void this.save(), SAVE_AFTER_MS);
  }

  /** Tells the server. What does not arrive is told again with the next change, or heartbeat. */
  async save(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const unsaved = [...this.#unsaved];
    for (const [assignment, kept] of unsaved) {
      const isDone = await this.#server.saveDraft(assignment, kept).then(() => true, isFinal);
      // It may have been changed again meanwhile, or sent.
      if (isDone && this.#unsaved.get(assignment) === kept) this.#unsaved.delete(assignment);
    }
  }

  /** The item needs no more work here. */
  forget(assignment: string): void {
    this.#unsaved.delete(assignment);
    this.found.delete(assignment);
    void this.#store.removeDraft(this.#key(assignment)).catch(() => undefined);
  }

  async read(assignment: Assignment): Promise<void> {
    const own = (await this.#store.readDraft(this.#key(assignment.id)).catch(() => undefined)) as
      | Partial<Kept>
      | undefined;
    const other = ofServer(assignment);
    const isOther = other !== null && other.changedAt > (own?.changedAt ?? 0);
    const later = isOther ? other : own;
    if (!later) return;
    // Written by this class only, so it is what it was.
    const { changedAt: _changedAt, ...draft } = later;
    this.found.set(assignment.id, draft as Draft);
  }

  #key(assignment: string): string {
    return `${this.#project} ${assignment}`;
  }
}
