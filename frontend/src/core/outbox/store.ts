/** What the outbox keeps in the browser: it survives a reload, a crash and a flat battery. */

import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import { LastWords } from "./lastWords";

/** A problem the server named; `path` is a JSON pointer. */
export interface SendProblem {
  path: string;
  code: string;
  message: string;
}

export interface OutboxEntry {
  /** The submission id: the server knows by it that it has seen this before. */
  id: string;
  /** Whose answer this is; another person at the same browser must not send it. */
  user: number;
  /** Order of sending. */
  createdAt: number;
  kind: string;
  /** What the sender needs; the outbox does not look inside. */
  payload: unknown;
  attempts: number;
  /** Set when the server refused it for good; it waits for a person then. */
  refusal: { code: string; message: string; problems: SendProblem[] } | null;
}

interface Draft {
  key: string;
  savedAt: number;
  value: unknown;
}

interface Rooms extends DBSchema {
  outbox: { key: string; value: OutboxEntry };
  drafts: { key: string; value: Draft };
}

const DRAFT_DAYS = 14;

export interface OutboxStore {
  all(): Promise<OutboxEntry[]>;
  put(entry: OutboxEntry): Promise<void>;
  remove(id: string): Promise<void>;
  readDraft(key: string): Promise<unknown>;
  writeDraft(key: string, value: unknown): Promise<void>;
  removeDraft(key: string): Promise<void>;
}

async function dropOldDrafts(database: IDBPDatabase<Rooms>): Promise<void> {
  const limit = Date.now() - DRAFT_DAYS * 24 * 3600 * 1000;
  for (const draft of await database.getAll("drafts")) {
    if (draft.savedAt < limit) await database.delete("drafts", draft.key);
  }
}

export function openOutboxStore(name = "annotate"): OutboxStore {
  const lastWords = new LastWords(name);
  const keep = (database: IDBPDatabase<Rooms>, key: string, value: unknown) =>
    database.put("drafts", { key, value, savedAt: Date.now() });
  const opened = openDB<Rooms>(name, 1, {
    upgrade(database) {
      database.createObjectStore("outbox", { keyPath: "id" });
      database.createObjectStore("drafts", { keyPath: "key" });
    },
  }).then(async (database) => {
    await lastWords.takeUp((key, value) => keep(database, key, value));
    return database;
  });
  opened.then(dropOldDrafts).catch(() => undefined);
  return {
    async all() {
      const entries = await (await opened).getAll("outbox");
      return entries.sort((a, b) => a.createdAt - b.createdAt);
    },
    async put(entry) {
      await (await opened).put("outbox", entry);
    },
    async remove(id) {
      await (await opened).delete("outbox", id);
    },
    async readDraft(key) {
      return (await (await opened).get("drafts", key))?.value;
    },
    async writeDraft(key, value) {
      await lastWords.guard(key, value, async () => keep(await opened, key, value));
    },
    async removeDraft(key) {
      lastWords.forget(key);
      await (await opened).delete("drafts", key);
    },
  };
}

/** For browsers that refuse IndexedDB (private windows): kept until the page is closed. */
export function memoryOutboxStore(): OutboxStore {
  const entries = new Map<string, OutboxEntry>();
  const drafts = new Map<string, unknown>();
  return {
    all: async () => [...entries.values()].sort((a, b) => a.createdAt - b.createdAt),
    put: async (entry) => void entries.set(entry.id, structuredClone(entry)),
    remove: async (id) => void entries.delete(id),
    readDraft: async (key) => drafts.get(key),
    writeDraft: async (key, value) => void drafts.set(key, structuredClone(value)),
    removeDraft: async (key) => void drafts.delete(key),
  };
}
