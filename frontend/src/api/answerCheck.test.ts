import { onlineManager, QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { loadAnswerCheck } from "./answerCheck";

const DOCUMENT = { type: "object", properties: { mood: { enum: ["good"] } } };
let asked: string[];
let queryClient: QueryClient;

function serve(reply: () => Promise<Response>): void {
  vi.stubGlobal("fetch", (url: string) => {
    asked.push(url.replace("/api/v1/projects/", ""));
    return reply();
  });
}

beforeEach(() => {
  asked = [];
  // As in the app, where queries are tried again.
  queryClient = new QueryClient({ defaultOptions: { queries: { retry: 2 } } });
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  onlineManager.setOnline(true);
});

it("fetches the document once for each project and version, for as long as one works", async () => {
  serve(async () => Response.json(DOCUMENT));
  const check = await loadAnswerCheck(queryClient, 1, 2);
  expect(check?.({ mood: "good" })).toEqual([]);
  expect(check?.({ mood: "bad" })).toEqual([{ question: "mood", code: "not_offered", count: 0 }]);
  await vi.advanceTimersByTimeAsync(8 * 3_600_000);
  await loadAnswerCheck(queryClient, 1, 2);
  await loadAnswerCheck(queryClient, 1, 3);
  expect(asked).toEqual(["1/answer-schema/?version=2", "1/answer-schema/?version=3"]);
});

// No time passes in this test: it would hang if anything waited for the network.
it("has no check at once without a network, and asks again the next time", async () => {
  onlineManager.setOnline(false);
  serve(() => Promise.reject(new TypeError("Failed to fetch")));
  expect(await loadAnswerCheck(queryClient, 1, 2)).toBeNull();
  serve(async () => Response.json(DOCUMENT));
  expect(await loadAnswerCheck(queryClient, 1, 2)).not.toBeNull();
});

it("waits two seconds, not longer", async () => {
  serve(() => new Promise(() => undefined));
  const done = vi.fn();
  void loadAnswerCheck(queryClient, 1, 2).then(done);
  await vi.advanceTimersByTimeAsync(1_900);
  expect(done).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(200);
  expect(done).toHaveBeenCalledWith(null);
});
