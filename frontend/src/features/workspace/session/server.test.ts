import { expect, it, vi } from "vitest";
import { sendEntry } from "./server";

const ENTRIES = [
  { kind: "submit", payload: { assignment: "a", body: { submission_id: "s", answer: {} } } },
  { kind: "skip", payload: { assignment: "a", body: { reason: "other" } } },
].map((entry) => ({ ...entry, id: "e", user: 1, attempts: 0, refusal: null }));

it.each(ENTRIES)(
  "keeps a $kind that came too fast for later, and never loses it",
  async (entry) => {
    const body = { code: "too_many_requests", message: "Wait.", extra: { retry_after: 3 } };
    vi.stubGlobal("fetch", async () => Response.json(body, { status: 429 }));
    expect(await sendEntry(entry as never)).toEqual({ kind: "retry" });
    vi.stubGlobal("fetch", async () =>
      Response.json({ ...body, code: "closed" }, { status: 409 }),
    );
    expect((await sendEntry(entry as never)).kind).toBe(
      entry.kind === "skip" ? "done" : "refused",
    );
  },
);
