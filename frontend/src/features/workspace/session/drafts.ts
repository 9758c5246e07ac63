/**
 * What the person has begun to say: in the browser at once, and on the server a moment later, so
 * that another browser can go on with it. Nothing waits for either.
 */

import { ApiError } from "../../../api/client";
import type { Assignment } from "../../../api/types";
import { Observable } from "../../../core/observable";
import type { OutboxStore } from "../../../core/outbox/store";
import type { WorkspaceServer } from "./server";
import type { Draft } from "./types";

/** By this browser's clock, in milliseconds: of two drafts the later one is shown. */
export interface Kept extends Draft {
  changedAt: number;
}

/** Where a draft outlives the page: in this browser only, or on the server as well. */
export type Place = "here" | "server";

/** A server is not told of each key that is pressed. */
const SAVE_AFTER_MS = 3000;

function ofServer({ draft }: Assignment): Kept | null {
  if (!draft) return null;
  const { answer, comment, unsure, changed_at } = draft;
  return { answer, comment, isUnsure: unsure, changedAt: Date.parse(changed_at) };
}

function draftIn({ answer, comment, isUnsure }: Kept): Draft {
  return { answer, comment, isUnsure };
}

/** It will be refused the next time, too. */
function isFinal(error: unknown): boolean {
  return error instanceof ApiError && [400, 403, 404, 409, 413].includes(error.status);
}

export class Drafts {
  /** Of the items in hand. */
  readonly found = new Map<string, Draft>();
  /** By assignment; of drafts that were changed here, or found. */
  readonly places = new Observable<ReadonlyMap<string, Place>>(new Map());
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
    this.#put(assignment, "here");
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
      const end = await this.#tell(assignment, kept);
      // It may have been changed again meanwhile, or sent.
      if (end === "again" || this.#unsaved.get(assignment) !== kept) continue;
      this.#unsaved.delete(assignment);
      if (end === "kept") this.#put(assignment, "server");
    }
  }

  async #tell(assignment: string, kept: Kept): Promise<"kept" | "refused" | "again"> {
    try {
      await this.#server.saveDraft(assignment, kept);
      return "kept";
    } catch (error) {
      return isFinal(error) ? "refused" : "again";
    }
  }

  /** The item needs no more work here. */
  forget(assignment: string): void {
    this.#unsaved.delete(assignment);
    this.found.delete(assignment);
    this.#put(assignment, null);
    void this.#store.removeDraft(this.#key(assignment)).catch(() => undefined);
  }

  async read(assignment: Assignment): Promise<void> {
    const own = await this.#readOwn(assignment.id);
    const other = ofServer(assignment);
    const isOther = other !== null && other.changedAt > (own?.changedAt ?? 0);
    const later = isOther ? other : own;
    if (!later) return;
    const isThere = other !== null && other.changedAt >= (own?.changedAt ?? 0);
    this.#put(assignment.id, isThere ? "server" : "here");
    this.found.set(assignment.id, draftIn(later));
  }

  /** How an answer was changed after it was sent, which this browser alone knows. */
  async readChange(assignment: string, sentAt: number): Promise<Draft | null> {
    const own = await this.#readOwn(assignment);
    if (!own || own.changedAt <= sentAt) return null;
    this.#put(assignment, "here");
    return draftIn(own);
  }

  /** Written by this class only, so it is what it was. */
  #readOwn(assignment: string): Promise<Kept | undefined> {
    const read = this.#store.readDraft(this.#key(assignment)) as Promise<Kept | undefined>;
    return read.catch(() => undefined);
  }

  #put(assignment: string, place: Place | null): void {
    const places = new Map(this.places.read());
    if (place) places.set(assignment, place);
    else places.delete(assignment);
    this.places.set(places);
  }

  #key(assignment: string): string {
    return `${this.#project} ${assignment}`;
  }
}
