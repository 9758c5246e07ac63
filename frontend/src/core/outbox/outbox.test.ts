import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { waitBefore } from "./backoff";
import { Outbox, type SendResult } from "./outbox";
import { memoryOutboxStore, type OutboxEntry, openOutboxStore } from "./store";

const DONE: SendResult = { kind: "done", reply: null };
const entry = (id: string) => ({ id, kind: "submit", payload: { answer: id } });

let databases = 0;
const leftBy = (name: string) => Object.keys(localStorage).filter((key) => key.startsWith(name));
const freshName = () => {
  databases += 1;
  return `outbox-${databases}.`;
};

describe("waiting", () => {
  it("doubles up to a minute, half of it by chance", () => {
    expect(waitBefore(1, 0)).toBe(500);
    expect(waitBefore(1, 1)).toBe(1_000);
    expect(waitBefore(3, 1)).toBe(4_000);
    expect(waitBefore(50, 1)).toBe(60_000);
  });
});

describe("the store", () => {
  it("gives entries back in the order they were made, after a restart too", async () => {
    const name = freshName();
    const base = { user: 1, kind: "submit", payload: {}, attempts: 0, refusal: null };
    const store = openOutboxStore(name);
    await store.put({ ...base, id: "later", createdAt: 2 });
    await store.put({ ...base, id: "earlier", createdAt: 1 });
    const reopened = openOutboxStore(name);
    expect((await reopened.all()).map((kept) => kept.id)).toEqual(["earlier", "later"]);
    await reopened.remove("earlier");
    expect(await store.all()).toHaveLength(1);
  });

  it("keeps drafts", async () => {
    const store = openOutboxStore(freshName());
    await store.writeDraft("a", { text: "half" });
    expect(await store.readDraft("a")).toEqual({ text: "half" });
    await store.removeDraft("a");
    expect(await store.readDraft("a")).toBeUndefined();
  });

  it("keeps a draft that was still on its way when the page went", async () => {
    const name = freshName();
    const lost = openOutboxStore(name);
    await lost.writeDraft("a", { text: "old" });
    // The page goes, and with it the write.
    vi.spyOn(IDBObjectStore.prototype, "put").mockImplementationOnce(() => {
      throw new Error("gone");
    });
    const writing = lost.writeDraft("a", { text: "new" });
    window.dispatchEvent(new Event("pagehide"));
    await expect(writing).rejects.toThrow("gone");

    const next = openOutboxStore(name);
    expect(await next.readDraft("a")).toEqual({ text: "new" });
    await next.writeDraft("a", { text: "newer" });
    expect(await openOutboxStore(name).readDraft("a")).toEqual({ text: "newer" });
    expect(leftBy(name)).toEqual([]);
  });

  it("leaves nothing behind of a draft that was sent", async () => {
    const name = freshName();
    const store = openOutboxStore(name);
    const writing = store.writeDraft("a", { text: "half" });
    window.dispatchEvent(new Event("pagehide"));
    expect(leftBy(name)).toHaveLength(1);
    await writing;
    await store.removeDraft("a");
    expect(leftBy(name)).toEqual([]);
    expect(await openOutboxStore(name).readDraft("a")).toBeUndefined();
  });
});

describe("the outbox", () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
  afterEach(() => vi.useRealTimers());

  function make(results: SendResult[] = [], user = 1) {
    const store = memoryOutboxStore();
    const sent: string[] = [];
    const send = vi.fn(async (one: OutboxEntry) => {
      const result = results.shift() ?? DONE;
      if (result.kind === "done") sent.push(one.id);
      return result;
    });
    let clock = 0;
    const now = () => {
      clock += 1;
      return clock;
    };
    const onRefused = vi.fn();
    const outbox = new Outbox({ store, user, send, onRefused, chance: () => 1, now });
    return { store, send, sent, outbox, onRefused };
  }

  it("stores an answer before it says that it has it", async () => {
    const { outbox, store } = make([{ kind: "retry" }]);
    await outbox.add(entry("a"));
    expect((await store.all()).map((kept) => kept.id)).toEqual(["a"]);
  });

  it("sends in order, removes what the server has, and ends empty", async () => {
    const { outbox, sent, store } = make();
    await outbox.add(entry("a"));
    await outbox.add(entry("b"));
    await outbox.wake();
    expect(sent).toEqual(["a", "b"]);
    expect(await store.all()).toEqual([]);
    expect(outbox.state.read()).toMatchObject({ waiting: 0, attention: [], isFailing: false });
  });

  it("tries again later under the same id, and lets nothing overtake", async () => {
    const { outbox, send, sent } = make([{ kind: "retry" }]);
    await outbox.add(entry("a"));
    await outbox.wake();
    await outbox.add(entry("b"));
    await vi.advanceTimersByTimeAsync(2_000);
    await outbox.wake();
    expect(sent).toEqual(["a", "b"]);
    expect(send.mock.calls.slice(0, 2).map(([one]) => one.id)).toEqual(["a", "a"]);
  });

  it("stops saying that it fails once another tab has sent what waited", async () => {
    const { outbox, store } = make([{ kind: "retry" }]);
    await outbox.add(entry("a"));
    await vi.waitFor(() => expect(outbox.state.read().isFailing).toBe(true));
    await store.remove("a");
    await vi.advanceTimersByTimeAsync(2_000);
    await outbox.wake();
    expect(outbox.state.read()).toMatchObject({ waiting: 0, isFailing: false });
  });

  it("takes an exception for a lost connection", async () => {
    const { outbox, send, store } = make();
    send.mockRejectedValueOnce(new Error("network"));
    await outbox.add(entry("a"));
    await vi.waitFor(() => expect(outbox.state.read().isFailing).toBe(true));
    expect((await store.all())[0]?.attempts).toBe(1);
  });

  it("keeps what was refused, says so, and goes on with the next", async () => {
    const refused: SendResult = { kind: "refused", code: "invalid", message: "no", problems: [] };
    const { outbox, sent, onRefused } = make([refused]);
    await outbox.add(entry("a"));
    await outbox.add(entry("b"));
    await outbox.wake();
    expect(sent).toEqual(["b"]);
    const { waiting, attention } = outbox.state.read();
    expect(waiting).toBe(0);
    expect(attention.map((one) => one.refusal?.code)).toEqual(["invalid"]);
    expect(onRefused).toHaveBeenCalledOnce();
    await outbox.discard("a");
    expect(outbox.state.read().attention).toEqual([]);
  });

  it("waits for the sign-in and loses nothing", async () => {
    const { outbox, send, sent } = make([{ kind: "signed_out" }]);
    await outbox.add(entry("a"));
    await vi.waitFor(() => expect(outbox.state.read().isSignedOut).toBe(true));
    await vi.advanceTimersByTimeAsync(120_000);
    expect(send).toHaveBeenCalledOnce();
    await outbox.wake();
    expect(sent).toEqual(["a"]);
    expect(outbox.state.read().isSignedOut).toBe(false);
  });

  it("never sends another person's answers", async () => {
    const { outbox, store, send } = make();
    await store.put({ ...entry("x"), user: 2, createdAt: 0, attempts: 0, refusal: null });
    await outbox.wake();
    expect(send).not.toHaveBeenCalled();
    expect(outbox.state.read().waiting).toBe(0);
  });

  it("sends nothing once stopped, and all of it when started again", async () => {
    const { outbox, send, sent } = make();
    outbox.stop();
    await outbox.add(entry("a"));
    expect(send).not.toHaveBeenCalled();
    outbox.start();
    await vi.waitFor(() => expect(sent).toEqual(["a"]));
  });
});
