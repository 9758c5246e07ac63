/**
 * What an expert has begun to decide, dispute by dispute. It is in the browser's `localStorage`
 * with every change: neither a reload nor a closed tab loses a word of it.
 */

import type { Dispute } from "../../api/types";
import { Observable } from "../../core/observable";
import { UNDECIDED, type Verdict } from "./verdict";

interface Kept {
  verdict: Verdict;
  changedAt: number;
}

const KEPT_DAYS = 14;
const DAY_MS = 24 * 3600 * 1000;

/** Before and after the votes are shown, and under another guideline, it is another verdict. */
function nameOf({ item, guideline_version, revealed }: Dispute): string {
  return `${item} ${guideline_version} ${revealed ? "seen" : "blind"}`;
}

export class Verdicts {
  readonly state = new Observable<ReadonlyMap<string, Verdict>>(new Map());
  readonly #storage: Storage;
  /** Another person at the same browser sees none of them. */
  readonly #prefix: string;

  constructor(storage: Storage, user: number, project: number) {
    this.#storage = storage;
    this.#prefix = `annotate.verdict ${user} ${project} `;
    this.#takeUp();
  }

  of(dispute: Dispute): Verdict {
    return this.state.read().get(nameOf(dispute)) ?? UNDECIDED;
  }

  change(dispute: Dispute, change: (before: Verdict) => Verdict): void {
    const name = nameOf(dispute);
    const verdict = change(this.of(dispute));
    this.state.set(new Map(this.state.read()).set(name, verdict));
    const kept: Kept = { verdict, changedAt: Date.now() };
    try {
      this.#storage.setItem(this.#prefix + name, JSON.stringify(kept));
    } catch (error) {
      // A full or forbidden storage: the verdict lives as long as the page.
      if (!(error instanceof DOMException)) throw error;
    }
  }

  /** It is decided, or its blind answer is with the server. */
  forget({ item }: Dispute): void {
    const others = new Map(this.state.read());
    for (const name of this.state.read().keys()) {
      if (!name.startsWith(`${item} `)) continue;
      others.delete(name);
      this.#storage.removeItem(this.#prefix + name);
    }
    this.state.set(others);
  }

  /** What earlier visits left. */
  #takeUp(): void {
    const found = new Map<string, Verdict>();
    const oldest = Date.now() - KEPT_DAYS * DAY_MS;
    for (const key of Object.keys(this.#storage)) {
      if (!key.startsWith(this.#prefix)) continue;
      // Written by this class only, so it is what it was.
      const kept = JSON.parse(this.#storage.getItem(key) ?? "null") as Kept | null;
      if (kept && kept.changedAt >= oldest) {
        found.set(key.slice(this.#prefix.length), kept.verdict);
      } else this.#storage.removeItem(key);
    }
    this.state.set(found);
  }
}
