import { describe, expect, it, vi } from "vitest";
import { ApiError } from "../../../api/client";
import type { Assignment, Question, Work } from "../../../api/types";
import type { AnswerCheck, AnswerProblem } from "../../../core/check";
import { Outbox, type SendResult } from "../../../core/outbox/outbox";
import { memoryOutboxStore, type OutboxEntry } from "../../../core/outbox/store";
import type { Claimed, SubmitPayload } from "./server";
import { Session } from "./session";
import { draftPlace, isChanged } from "./sheets";
import { sheetOf } from "./types";

const WORK: Work = {
  project: { id: 1, name: "Moods" },
  role: "crowd",
  guideline: {
    version: 1,
    text: "",
    created_at: "2026-01-01T00:00:00Z",
    schema: {
      inputs: [{ id: "text", type: "text" }],
      questions: [{ id: "mood", type: "choice", categories: [{ id: "good" }, { id: "bad" }] }],
    },
  },
  judged_by_me: 10,
  ready: 5,
  remaining: 5,
  standing: { rung: "none", overruled: false, sentence: "", confusion: null },
  lease_seconds: 60,
  most_at_once: 60,
  recent: [],
  shows_own_similar: false,
};

const assignment = (id: string): Assignment => ({
  id,
  project: 1,
  guideline_version: 1,
  expires_at: "2030-01-01T00:00:00Z",
  item: { data: { text: id } },
  prediction: null,
  has_check: false,
  earlier: null,
  draft: null,
});

const claimed = (ids: string[]): Claimed => ({ assignments: ids.map(assignment), rung: "none" });

/** A server that leases its items in order and forgets those it has an answer for. */
class FakeServer {
  readonly open: string[];
  readonly received: SubmitPayload[] = [];
  readonly claim = vi.fn(async (count: number) => claimed(this.open.slice(0, count)));
  readonly heartbeat = vi.fn(async (_id: string) => undefined);
  readonly saveDraft = vi.fn(async (_id: string, _kept: unknown) => undefined);
  readonly check = vi.fn(async (): Promise<Assignment["prediction"]> => null);
  readonly work = vi.fn(async () => WORK);
  next: SendResult[] = [];

  constructor(items: string[]) {
    this.open = items;
  }

  readonly send = async (entry: OutboxEntry): Promise<SendResult> => {
    const result = this.next.shift();
    if (result) return result;
    const payload = entry.payload as SubmitPayload;
    this.received.push(payload);
    this.open.splice(this.open.indexOf(payload.assignment) >>> 0, 1);
    return { kind: "done", reply: { judged_by_me: WORK.judged_by_me + this.received.length } };
  };
}

function setUp(items = ["a", "b", "c", "d"], store = memoryOutboxStore()) {
  const server = new FakeServer(items);
  let ids = 0;
  const newId = () => {
    ids += 1;
    return `id-${ids}`;
  };
  const outbox: Outbox = new Outbox({
    store,
    user: 1,
    send: server.send,
    onSent: (entry, reply) => session.handleSent(entry, reply),
    onRefused: (entry) => session.handleRefused(entry),
  });
  const prefetch = vi.fn();
  const answerCheck = vi.fn(
    async (_version: number): Promise<AnswerCheck | null> =>
      () => [],
  );
  const options = { project: 1, server, outbox, store, prefetch, newId, answerCheck };
  const session: Session = new Session(options);
  const shown = () => sheetOf(session.state.read())?.assignment.id;
  const state = session.state.read;
  return { server, outbox, session, store, prefetch, answerCheck, shown, state };
}

const DAY_MS = 24 * 3600 * 1000;

describe("a session", () => {
  it("finds again what was changed in an earlier answer before the page was left", async () => {
    const store = memoryOutboxStore();
    const recent = (id: string, sentAt: number) => ({
      assignment: id,
      answer: { mood: "good" },
      comment: "Odd",
      unsure: true,
      submitted_at: new Date(sentAt).toISOString(),
      open: true,
      guideline_version: 1,
      item: { data: { text: id } },
    });
    const listed = [recent("late", Date.now() + DAY_MS), recent("early", Date.now() - DAY_MS)];
    const visit = async () => {
      const made = setUp(["a"], store);
      made.server.work.mockResolvedValue({ ...WORK, recent: listed });
      await made.session.start();
      return made;
    };
    const before = await visit();
    for (const { assignment: id } of listed) {
      before.session.open(id);
      before.session.setLabel("mood", "bad");
    }
    const { session, state, outbox, server } = await visit();
    const marks = () => state().past.map((sheet) => [sheet.assignment.id, isChanged(sheet)]);
    // What was sent since is another browser's, and stands.
    expect(marks()).toEqual([
      ["early", true],
      ["late", false],
    ]);
    expect(draftPlace(state(), session.draftPlaces.read())).toBe("here");
    session.open("early");
    await session.submit();
    await outbox.wake();
    expect(server.received.map(({ body }) => body)).toMatchObject([
      { answer: { mood: "bad" }, comment: "Odd", unsure: true },
    ]);
    expect(draftPlace(state(), session.draftPlaces.read())).toBeNull();
    expect((await visit()).state().past.some(isChanged)).toBe(false);
  });

  it("shows what the model says once, after the answer, and only if it differs", async () => {
    const { session, server, outbox, shown, state } = setUp(["a", "b", "c"]);
    const leased = ["a", "b", "c"].map((id) => ({ ...assignment(id), has_check: true }));
    server.claim.mockResolvedValueOnce({ assignments: leased, rung: "none" });
    await session.start();
    server.check.mockResolvedValueOnce({
      answer: { mood: "bad" },
      score: 0.8,
      is_calibrated: true,
    });
    session.setLabel("mood", "good");
    await session.submit();
    expect(server.check).toHaveBeenCalledExactlyOnceWith("a", { mood: "good" });
    expect([shown(), state().current?.assignment.prediction?.answer]).toEqual([
      "a",
      { mood: "bad" },
    ]);
    await session.submit();
    server.check.mockResolvedValueOnce({
      answer: { mood: "bad" },
      score: 0.8,
      is_calibrated: true,
    });
    session.setLabel("mood", "bad");
    await session.submit();
    server.check.mockRejectedValueOnce(new ApiError(0, "offline", "", {}));
    session.setLabel("mood", "good");
    await session.submit();
    await outbox.wake();
    expect(server.check).toHaveBeenCalledTimes(3);
    expect(server.received.map(({ body }) => body.answer)).toEqual([
      { mood: "good" },
      { mood: "bad" },
      { mood: "good" },
    ]);
  });

  it("shows an item that came back with the own answer, though it was answered here", async () => {
    const { session, server, outbox, shown, state } = setUp(["a"]);
    await session.start();
    session.setLabel("mood", "good");
    await session.submit();
    await outbox.wake();
    const earlier = {
      note: "Mind the irony.",
      answer: { mood: "good" },
      comment: "",
      unsure: true,
    };
    server.claim.mockResolvedValueOnce({
      assignments: [{ ...assignment("a"), earlier }],
      rung: "none",
    });
    await session.refill();
    expect(shown()).toBe("a");
    const draft = state().current?.history.present;
    expect(draft).toEqual({ answer: { mood: "good" }, comment: "", isUnsure: true });
    expect(state().judged).toBe(11);
    server.claim.mockResolvedValueOnce({
      assignments: [{ ...assignment("a"), earlier }],
      rung: "none",
    });
    session.setLabel("mood", "bad");
    await session.submit();
    await outbox.wake();
    await session.refill();
    expect(shown()).toBeUndefined();
    expect(server.received.map(({ body }) => body.answer)).toEqual([
      { mood: "good" },
      { mood: "bad" },
    ]);
  });

  it("takes fifty items along once, and works them off", async () => {
    const items = Array.from({ length: 60 }, (_, place) => `item ${place}`);
    const { session, server, state, prefetch } = setUp(items);
    await session.start();
    server.claim.mockRejectedValueOnce(new Error("no network"));
    await session.takeAlong();
    expect(state().ahead).toHaveLength(2);
    await session.takeAlong();
    expect(state().ahead).toHaveLength(49);
    expect(prefetch).toHaveBeenCalledTimes(50);
    await session.refill();
    expect(server.claim.mock.calls.map(([count]) => count)).toEqual([3, 50, 50, 3]);
    expect(state().ahead).toHaveLength(49);
  });

  it("takes no more along than the lead allows, and more where the lead allows more", async () => {
    for (const [limit, wanted] of [
      [2, [2, 2]],
      [20, [3, 20]],
      [150, [3, 150]],
    ] as const) {
      const { session, server } = setUp([]);
      server.work.mockResolvedValue({ ...WORK, most_at_once: limit });
      await session.start();
      await session.refill();
      await session.takeAlong();
      const counts = server.claim.mock.calls.map(([count]) => count);
      expect([counts[1], counts.at(-1)]).toEqual(wanted);
    }
  });

  it("holds the next two items, and has asked for their pictures", async () => {
    const { session, state, shown, prefetch } = setUp();
    await session.start();
    expect(shown()).toBe("a");
    expect(state().ahead.map(({ id }) => id)).toEqual(["b", "c"]);
    expect(prefetch).toHaveBeenCalledTimes(3);
  });

  it("shows the next item at once, and tops up behind", async () => {
    const { session, server, outbox, shown, state } = setUp();
    await session.start();
    session.setLabel("mood", "good");
    expect(await session.submit()).toBe(true);
    expect(shown()).toBe("b");
    expect(state().judged).toBe(11);
    await outbox.wake();
    await session.refill();
    expect(state().ahead.map(({ id }) => id)).toEqual(["c", "d"]);
    expect(server.received[0]?.body).toMatchObject({ answer: { mood: "good" }, next: false });
  });

  it("does not move on without a required answer", async () => {
    const { session, shown, state, store } = setUp();
    await session.start();
    expect(await session.submit()).toBe(false);
    expect(shown()).toBe("a");
    expect(state().showsShortfalls).toBe(true);
    expect(await store.all()).toEqual([]);
  });

  it("sends nothing that the answer's schema refuses, and keeps it as a draft", async () => {
    const { session, answerCheck, server, shown, state, store } = setUp();
    const tooMany: AnswerProblem = { question: "mood", code: "too_many", count: 1 };
    const check: AnswerCheck = ({ mood }) => (mood === "bad" ? [tooMany] : []);
    answerCheck.mockResolvedValue(check);
    await session.start();
    session.setLabel("mood", "bad");
    expect(await session.submit()).toBe(false);
    expect(shown()).toBe("a");
    expect(state()).toMatchObject({ showsShortfalls: true, check });
    expect(await store.all()).toEqual([]);
    expect(await store.readDraft("1 a")).toMatchObject({ answer: { mood: "bad" } });
    session.setLabel("mood", "good");
    expect(await session.submit()).toBe(true);
    expect(state().check).toBeNull();
    expect(server.received[0]?.body.answer).toEqual({ mood: "good" });
  });

  it("does not blame the next sheet for what was wrong with a corrected one", async () => {
    const { session, answerCheck, state } = setUp();
    await session.start();
    session.setLabel("mood", "good");
    await session.submit();
    session.look(-1);
    answerCheck.mockResolvedValue(({ mood }) =>
      mood === "bad" ? [{ question: "mood", code: "malformed", count: 0 }] : [],
    );
    session.setLabel("mood", "bad");
    expect(await session.submit()).toBe(false);
    session.setLabel("mood", "good");
    expect(await session.submit()).toBe(true);
    expect(state()).toMatchObject({ looking: null, showsShortfalls: false, check: null });
  });

  it("checks under the version that the item was leased with, asked for ahead", async () => {
    const { session, answerCheck } = setUp();
    await session.start();
    expect(answerCheck.mock.calls).toEqual([[1]]);
    session.setLabel("mood", "good");
    await session.submit();
    expect(answerCheck.mock.calls).toEqual([[1], [1]]);
  });

  it("leaves the judgement to the server when the schema cannot be had", async () => {
    const { session, answerCheck, shown } = setUp();
    answerCheck.mockResolvedValue(null);
    await session.start();
    session.setLabel("mood", "good");
    expect(await session.submit()).toBe(true);
    expect(shown()).toBe("b");
  });

  it("submits once, however often it is told to while the schema is on its way", async () => {
    const { session, answerCheck, server, outbox, shown } = setUp();
    await session.start();
    session.setLabel("mood", "good");
    const arrivals: ((check: AnswerCheck) => void)[] = [];
    answerCheck.mockReturnValue(new Promise((resolve) => arrivals.push(resolve)));
    const both = [session.submit(), session.submit()];
    arrivals[0]?.(() => []);
    await Promise.all(both);
    await outbox.wake();
    expect(shown()).toBe("b");
    expect(server.received).toHaveLength(1);
  });

  it("takes nothing marked for an answer only when it is said twice", async () => {
    const { session, server, outbox } = setUp();
    const questions: Question[] = [
      { id: "names", type: "spans", on: "text", categories: [{ id: "PER" }] },
    ];
    const schema = { ...WORK.guideline.schema, questions };
    server.work.mockResolvedValue({ ...WORK, guideline: { ...WORK.guideline, schema } });
    await session.start();
    expect(await session.submit()).toBe(false);
    expect(await session.submit()).toBe(true);
    await outbox.wake();
    expect(server.received[0]?.body.answer).toEqual({ names: [] });
  });

  it("does not offer an answered item again while the answer is on its way", async () => {
    const { session, server, state } = setUp(["a"]);
    await session.start();
    server.next = [{ kind: "signed_out" }];
    session.setLabel("mood", "good");
    await session.submit();
    await session.refill();
    expect(state().current).toBeNull();
    expect(state().ahead).toEqual([]);
  });

  it("says that nothing is left only when everything is sent", async () => {
    const { session, outbox, state } = setUp(["a"]);
    await session.start();
    session.setLabel("mood", "bad");
    await session.submit();
    await outbox.wake();
    await session.refill();
    expect(state().phase).toBe("empty");
  });

  it("undoes within an item, then goes back to the item before", async () => {
    const { session, shown, state } = setUp();
    await session.start();
    session.setLabel("mood", "good");
    await session.submit();
    session.setLabel("mood", "bad");
    session.undo();
    expect(state().current?.history.present.answer).toEqual({});
    session.redo();
    expect(state().current?.history.present.answer).toEqual({ mood: "bad" });
    session.undo();
    session.undo();
    expect(shown()).toBe("a");
  });

  it("corrects an earlier answer under a new id, and comes back", async () => {
    const { session, server, outbox, shown } = setUp();
    await session.start();
    session.setLabel("mood", "good");
    await session.submit();
    session.look(-1);
    session.setLabel("mood", "bad");
    await session.submit();
    expect(shown()).toBe("b");
    await outbox.wake();
    expect(server.received.map(({ assignment: id, body }) => [id, body.answer.mood])).toEqual([
      ["a", "good"],
      ["a", "bad"],
    ]);
    expect(new Set(server.received.map(({ body }) => body.submission_id)).size).toBe(2);
  });

  it("marks what the server refused, and maps its problems to the questions", async () => {
    const { session, server, outbox, state } = setUp();
    await session.start();
    const problems = [{ path: "/mood", code: "unknown", message: "No such category." }];
    server.next = [{ kind: "refused", code: "invalid_answer", message: "See.", problems }];
    session.setLabel("mood", "good");
    await session.submit();
    await outbox.wake();
    expect(state().past[0]?.refused).toBe("id-1");
    session.open("a");
    expect(state().serverProblems).toEqual({ mood: problems });
    session.setLabel("mood", "bad");
    expect(state().serverProblems).toEqual({});
    await session.submit();
    await outbox.wake();
    expect(outbox.state.read().attention).toEqual([]);
    expect(server.received.map(({ body }) => body.answer)).toEqual([{ mood: "bad" }]);
  });

  it("closes an item that was decided before the correction came", async () => {
    const { session, server, outbox, state } = setUp();
    await session.start();
    server.next = [{ kind: "refused", code: "already_decided", message: "Late.", problems: [] }];
    session.setLabel("mood", "good");
    await session.submit();
    await outbox.wake();
    expect(state().past[0]).toMatchObject({ isOpen: false });
    session.open("a");
    session.setLabel("mood", "bad");
    expect(sheetOf(state())?.history.present.answer).toEqual({ mood: "good" });
  });

  it("brings a draft back after a reload", async () => {
    const first = setUp();
    await first.session.start();
    first.session.setLabel("mood", "bad");
    const second = setUp(["a", "b"], first.store);
    await second.session.start();
    expect(second.state().current?.history.present.answer).toEqual({ mood: "bad" });
  });

  it("asks for a sign-in without losing the item, and goes on after it", async () => {
    const { session, server, shown, state } = setUp();
    await session.start();
    server.claim.mockRejectedValueOnce(new ApiError(401, "not_signed_in", ""));
    await session.refill();
    expect(state().isSignedOut).toBe(true);
    expect(shown()).toBe("a");
    await session.resume();
    expect(state().isSignedOut).toBe(false);
  });

  it("shows an error only while there is nothing to work on", async () => {
    const { session, server, state } = setUp();
    server.claim.mockRejectedValueOnce(new ApiError(0, "unreachable", ""));
    await session.start();
    expect(state().phase).toBe("failed");
    await session.refill();
    expect(state().phase).toBe("working");
    server.claim.mockRejectedValueOnce(new ApiError(0, "unreachable", ""));
    await session.refill();
    expect(state().phase).toBe("working");
  });

  it("drops leases that were lost, but not the item in front", async () => {
    const { session, server, shown, state } = setUp();
    await session.start();
    server.heartbeat.mockImplementation(async () => {
      throw new ApiError(404, "not_found", "");
    });
    server.claim.mockResolvedValue(claimed([]));
    await session.keepLeases();
    expect(shown()).toBe("a");
    expect(state().ahead).toEqual([]);
  });

  it("skips with a reason", async () => {
    const { session, server, outbox, shown, state } = setUp();
    await session.start();
    await session.skip("unclear", "");
    expect(shown()).toBe("b");
    expect(state().judged).toBe(10);
    await outbox.wake();
    expect(server.received[0]?.body).toEqual({ reason: "unclear", comment: "" });
  });
});
