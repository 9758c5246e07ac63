import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../../../api/client";
import type { Assignment } from "../../../api/types";
import { memoryOutboxStore } from "../../../core/outbox/store";
import { Drafts, type Kept } from "./drafts";
import type { WorkspaceServer } from "./server";

const draft = (mood: string) => ({ answer: { mood }, comment: "", isUnsure: false });
const refusal = (status: number) => new ApiError(status, "no", "", {});

function setUp(store = memoryOutboxStore()) {
  const saveDraft = vi.fn(async (_assignment: string, _kept: Kept) => undefined);
  const server = { saveDraft } as unknown as WorkspaceServer;
  const drafts = new Drafts({ project: 1, server, store });
  const said = () => saveDraft.mock.calls.map(([id, { answer }]) => [id, answer.mood]);
  const read = async (of: Partial<Assignment> = {}) => {
    await drafts.read({ id: "a", draft: null, ...of } as Assignment);
    return drafts.found.get("a");
  };
  const places = () => Object.fromEntries(drafts.places.read());
  return { drafts, saveDraft, said, read, store, places };
}

const ofServer = (mood: string, changed: number) => ({
  draft: {
    answer: { mood },
    comment: "",
    unsure: false,
    changed_at: new Date(changed).toISOString(),
  },
});

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("drafts", () => {
  it("says where each is: on the server only once the server has the last change", async () => {
    const { drafts, saveDraft, places, store } = setUp();
    saveDraft.mockRejectedValueOnce(refusal(0)).mockRejectedValueOnce(refusal(409));
    const tellAndSee = async () => {
      await drafts.save();
      return places();
    };
    drafts.keep("a", draft("good"), true);
    expect(places()).toEqual({ a: "here" });
    expect([await tellAndSee(), await tellAndSee()]).toEqual([{ a: "here" }, { a: "here" }]);
    drafts.keep("a", draft("bad"), true);
    drafts.keep("past", draft("bad"), false);
    expect(await tellAndSee()).toEqual({ a: "server", past: "here" });
    drafts.keep("a", draft("good"), true);
    expect(places()).toEqual({ a: "here", past: "here" });
    drafts.forget("a");
    expect(places()).toEqual({ past: "here" });
    const found = async (changed: number) => {
      const other = setUp(store);
      await other.read({ id: "past", ...ofServer("bad", changed) });
      return other.places();
    };
    const finds = [await found(999_999), await found(1_000_000), await found(1_000_001)];
    expect(finds.map(({ past }) => past)).toEqual(["here", "server", "server"]);
  });

  it("tells the server once, a moment after the first of many changes", async () => {
    const { drafts, said } = setUp();
    for (const mood of ["g", "go", "good"]) drafts.keep("a", draft(mood), true);
    drafts.keep("past", draft("bad"), false);
    expect(said()).toEqual([]);
    await vi.advanceTimersByTimeAsync(3000);
    expect(said()).toEqual([["a", "good"]]);
    await drafts.save();
    expect(said()).toHaveLength(1);
  });

  it("tells again what did not arrive, and not what was refused or sent", async () => {
    const { drafts, said, saveDraft } = setUp();
    saveDraft.mockRejectedValueOnce(refusal(0));
    drafts.keep("a", draft("good"), true);
    await drafts.save();
    saveDraft.mockRejectedValueOnce(refusal(409));
    await drafts.save();
    await drafts.save();
    drafts.keep("b", draft("bad"), true);
    drafts.forget("b");
    await drafts.save();
    expect(said()).toEqual([
      ["a", "good"],
      ["a", "good"],
    ]);
  });

  it("does not take a change for saved that came while an earlier one was on its way", async () => {
    const { drafts, said, saveDraft } = setUp();
    saveDraft.mockImplementationOnce(async () => {
      drafts.keep("a", draft("later"), true);
      return undefined;
    });
    drafts.keep("a", draft("good"), true);
    await drafts.save();
    await vi.advanceTimersByTimeAsync(3000);
    expect(said()).toEqual([
      ["a", "good"],
      ["a", "later"],
    ]);
  });

  it("shows the later one of what this browser has and what another has told the server", async () => {
    const { drafts, read, store } = setUp();
    expect(await read()).toBeUndefined();
    expect(await read(ofServer("there", 5))).toEqual(draft("there"));
    drafts.keep("a", draft("here"), true);
    expect(await setUp(store).read(ofServer("there", 999_999))).toEqual(draft("here"));
    expect(await setUp(store).read(ofServer("there", 1_000_001))).toEqual(draft("there"));
    drafts.forget("a");
    expect(await setUp(store).read()).toBeUndefined();
  });
});
