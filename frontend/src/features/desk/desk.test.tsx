import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRouter,
  RouterProvider,
} from "@tanstack/react-router";
import { cleanup, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { TFunction } from "i18next";
import { Suspense } from "react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Dispute, LabelSchema } from "../../api/types";
import { collisionsOf } from "../../core/keymap/keymap";
import { renderWithWords } from "../../stages/testing";
import { deskCommands } from "./commands";
import { Desk } from "./Desk";
import { adoptedBy, answerOf, choicesOf, missingOf, startOwn, UNDECIDED } from "./verdict";
import { Verdicts } from "./verdicts";

const SCHEMA: LabelSchema = {
  inputs: [{ id: "text", type: "text" }],
  questions: [
    {
      id: "mood",
      type: "choice",
      title: "Mood",
      categories: [
        { id: "good", title: "Good" },
        { id: "bad", title: "Bad" },
      ],
    },
  ],
};

function dispute(item: number, change: Partial<Dispute> = {}): Dispute {
  return {
    item,
    stage: "disputed",
    opened_at: "2026-01-01T00:00:00Z",
    data: { text: `Text ${item}` },
    guideline_version: 1,
    votes: [
      { voter: "A", answer: { mood: "good" }, comment: "Irony?", unsure: true },
      { voter: "B", answer: { mood: "bad" }, comment: "", unsure: false },
    ],
    prediction: { answer: { mood: "bad" }, score: 0.6, scores: {} },
    agreement: {
      mood: {
        observed: 0,
        distances: [
          [0, 1],
          [1, 0],
        ],
      },
    },
    consensus: {},
    reason: { code: "votes_used_up", sentence: "No more may be asked." },
    held_by_me: true,
    held: true,
    lease_expires_at: null,
    revealed: true,
    own: null,
    wanted: 1,
    for_leads: false,
    escalation: "",
    readings: [],
    held_count: 1,
    most_at_once: 5,
    ...change,
  };
}

/** As the server shows it before the own answer is committed. */
function blind(item: number): Dispute {
  return dispute(item, {
    revealed: false,
    votes: [],
    prediction: null,
    agreement: {},
    reason: { code: "hidden", sentence: "Hidden." },
  });
}

it("has no key twice", () => {
  const nothing = () => undefined;
  const actions = {
    choose: nothing,
    phrase: nothing,
    decide: nothing,
    step: nothing,
    goTo: nothing,
    reason: nothing,
    toggleModel: nothing,
    escalate: nothing,
    next: nothing,
    keys: nothing,
    leave: nothing,
  };
  const words = ((key: string) => key) as unknown as TFunction<"desk">;
  for (const one of [dispute(1), dispute(1, { own: { mood: "bad" } }), blind(1)]) {
    const commands = deskCommands(words, one, actions);
    expect(collisionsOf([{ floor: "workspace", title: "", commands }])).toEqual([]);
  }
});

describe("a verdict", () => {
  it("needs a choice, a whole answer and a reason", () => {
    const one = dispute(1);
    expect(missingOf(one, UNDECIDED, SCHEMA)).toBe("choice");
    expect(missingOf(one, { ...UNDECIDED, choice: "A" }, SCHEMA)).toBe("reason");
    expect(missingOf(one, { ...UNDECIDED, choice: "own", reason: "x" }, SCHEMA)).toBe("own");
    expect(missingOf(one, { ...UNDECIDED, choice: "A", reason: "x" }, SCHEMA)).toBeNull();
  });

  it("of one's own starts from the answer chosen last, and is kept", () => {
    const own = startOwn(dispute(1), { ...UNDECIDED, choice: "B" }, SCHEMA);
    expect(own).toMatchObject({ choice: "own", own: { mood: "bad" } });
    const again = startOwn(dispute(1), { ...own, choice: "A" }, SCHEMA);
    expect(again.own).toEqual({ mood: "bad" });
  });

  it("that keeps the blind answer needs no reason, and adopts nobody", () => {
    const one = dispute(1, { own: { mood: "bad" } });
    const kept = { ...UNDECIDED, choice: "keep" };
    expect(choicesOf(one)).toEqual(["keep", "A", "B", "model", "own"]);
    expect(missingOf(one, kept, SCHEMA)).toBeNull();
    expect(answerOf(one, kept)).toEqual({ mood: "bad" });
    expect(adoptedBy(kept)).toBeNull();
    expect(adoptedBy({ ...UNDECIDED, choice: "A" })).toBe("A");
  });

  it("may adopt a model only where one spoke", () => {
    expect(choicesOf(dispute(1))).toEqual(["A", "B", "model", "own"]);
    expect(choicesOf(dispute(1, { prediction: null }))).toEqual(["A", "B", "own"]);
  });
});

let claimed: Dispute | null;
let sent: Record<string, unknown>[];
let role: string;
let isForbidden: boolean;
let outcome: string;
let refusal: { status: number; code: string } | null;

/** As the server derives it, shortened; "bad" was taken out of the categories. */
const ANSWER_SCHEMA = { type: "object", properties: { mood: { enum: ["good"] } } };
let answerSchema: unknown;

function reply(path: string, body: Record<string, unknown>): unknown {
  if (path.endsWith("/answer-schema/")) return answerSchema;
  if (path.endsWith("projects/1/")) {
    return { name: "Moods", role, guideline: { schema: SCHEMA } };
  }
  if (path.endsWith("/claim/")) return { dispute: claimed };
  if (path.endsWith("/reveal/")) {
    sent.push(body);
    return dispute(1, { own: body.answer as Dispute["own"] });
  }
  if (path.endsWith("/escalate/")) {
    sent.push(body);
    return { next: dispute(2) };
  }
  if (path.endsWith("/adjudicate/")) {
    sent.push(body);
    return { final: outcome === "decided" ? 1 : null, outcome, next: dispute(2) };
  }
  return { results: [], next: null };
}

beforeEach(() => {
  localStorage.clear();
  claimed = dispute(1);
  role = "expert";
  isForbidden = false;
  outcome = "decided";
  sent = [];
  refusal = null;
  answerSchema = {};
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const path = url.split("?")[0] ?? "";
    if (isForbidden && path.endsWith("/claim/")) {
      const body = { code: "forbidden", message: "", extra: {} };
      return new Response(JSON.stringify(body), { status: 403 });
    }
    if (refusal && path.endsWith("/adjudicate/")) {
      const body = { code: refusal.code, message: "", extra: {} };
      return new Response(JSON.stringify(body), { status: refusal.status });
    }
    return new Response(JSON.stringify(reply(path, JSON.parse(`${init.body ?? "{}"}`))));
  });
});

async function setUp(text: string, expert = 7) {
  const root = createRootRoute({
    component: () => (
      <Suspense fallback="…">
        <Desk project={1} user={expert} menu={null} />
      </Suspense>
    ),
  });
  const router = createRouter({ routeTree: root, history: createMemoryHistory() });
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  renderWithWords(
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
  await screen.findByText(text, undefined, { timeout: 5_000 });
  return userEvent.setup();
}

describe("the desk, by keyboard alone", () => {
  it("adopts a vote with its key and a reason, and goes on to the next", async () => {
    const user = await setUp("Text 1");
    await user.keyboard("2");
    expect(screen.getByRole("textbox", { name: "Why" })).toHaveFocus();
    await user.keyboard("Plainly bad{Enter}");
    expect(await screen.findByText("Text 2")).toBeInTheDocument();
    expect(sent[0]).toMatchObject({
      answer: { mood: "bad" },
      adopted: "B",
      reason: "Plainly bad",
    });
  });

  it("searches with Enter, and decides nothing by it", async () => {
    const user = await setUp("Text 1");
    await user.keyboard("2Plainly bad");
    await user.type(screen.getByRole("searchbox"), "quay{Enter}");
    expect(await screen.findByText(/^No dispute fits/)).toBeInTheDocument();
    expect(sent).toEqual([]);
  });

  it("asks for the reason before it decides", async () => {
    const user = await setUp("Text 1");
    await user.keyboard("m{Enter}");
    expect(await screen.findByText("Say why in a few words.")).toBeInTheDocument();
    expect(sent).toEqual([]);
  });

  it("takes an own answer in the annotators' editor", async () => {
    const user = await setUp("Text 1");
    await user.keyboard("o1");
    expect(screen.getByRole("radio", { name: /^Good/ })).toBeChecked();
    await user.keyboard("{Alt>}1{/Alt}{Enter}");
    await waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]).toMatchObject({ answer: { mood: "good" }, reason: "Borders" });
    expect(sent[0]).not.toHaveProperty("adopted");
  });

  it("names the question whose answer the schema refuses, and sends nothing", async () => {
    answerSchema = ANSWER_SCHEMA;
    const user = await setUp("Text 1");
    await user.keyboard("2Plainly bad{Enter}");
    expect(await screen.findByText(/“Mood”: Something was chosen/)).toBeInTheDocument();
    expect(screen.getByRole("textbox", { name: "Why" })).toHaveValue("Plainly bad");
    expect(sent).toEqual([]);
    await user.click(screen.getByRole("radio", { name: /Adopt A/ }));
    expect(screen.queryByText(/“Mood”: Something/)).not.toBeInTheDocument();
    await user.keyboard("{Enter}");
    await waitFor(() => expect(sent[0]).toMatchObject({ answer: { mood: "good" } }));
  });

  it("says that somebody decided first, and keeps the draft", async () => {
    refusal = { status: 409, code: "already_decided" };
    const user = await setUp("Text 1");
    await user.keyboard("1Mine{Enter}");
    expect(await screen.findByText(/decided meanwhile/)).toBeInTheDocument();
    expect(screen.getByRole("textbox", { name: "Why" })).toHaveValue("Mine");
  });

  it("goes on after a reload where it was left, for the same expert alone", async () => {
    const user = await setUp("Text 1");
    await user.keyboard("o1");
    await user.click(screen.getByRole("textbox", { name: "Why" }));
    await user.keyboard("Half a rea");
    cleanup();
    await setUp("Text 1", 8);
    expect(screen.getByRole("textbox", { name: "Why" })).toHaveValue("");
    cleanup();
    const later = await setUp("Text 1");
    expect(screen.getByRole("radio", { name: /^Good/ })).toBeChecked();
    const why = screen.getByRole("textbox", { name: "Why" });
    expect(why).toHaveValue("Half a rea");
    await later.type(why, "son{Enter}");
    await waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]).toMatchObject({ answer: { mood: "good" }, reason: "Half a reason" });
    await screen.findByText("Text 2");
    expect(localStorage).toHaveLength(0);
  });

  it("keeps why it is left to a lead over a reload, until it was sent or called off", async () => {
    const user = await setUp("Text 1");
    await user.keyboard("eToo har");
    cleanup();
    const later = await setUp("Text 1");
    const why = screen.getByRole("textbox", { name: "Why a lead should decide" });
    expect(why).toHaveValue("Too har");
    await later.type(why, "d{Enter}");
    await waitFor(() => expect(sent).toEqual([{ reason: "Too hard" }]));
    await screen.findByText("Text 2");
    expect(localStorage).toHaveLength(0);
    await later.keyboard("eNo{Escape}");
    cleanup();
    claimed = dispute(2);
    await setUp("Text 2");
    expect(screen.queryByRole("textbox", { name: "Why a lead should decide" })).toBeNull();
  });

  it("does not take a blind answer for one that was given with the votes in sight", () => {
    const verdicts = new Verdicts(localStorage, 7, 1);
    verdicts.change(blind(1), (old) => ({ ...old, own: { mood: "bad" } }));
    verdicts.change(dispute(12), (old) => ({ ...old, reason: "other" }));
    expect(verdicts.of(dispute(1))).toEqual(UNDECIDED);
    verdicts.forget(dispute(1));
    expect(verdicts.of(blind(1))).toEqual(UNDECIDED);
    expect(new Verdicts(localStorage, 7, 1).of(dispute(12)).reason).toBe("other");
  });

  it("drops what nobody came back to for two weeks", () => {
    vi.useFakeTimers({ now: 0 });
    new Verdicts(localStorage, 7, 1).change(dispute(1), (old) => ({ ...old, reason: "old" }));
    const reasons = () => {
      const found = new Verdicts(localStorage, 7, 1).of(dispute(1)).reason;
      return [found, localStorage.length];
    };
    vi.setSystemTime(14 * 24 * 3600 * 1000);
    expect(reasons()).toEqual(["old", 1]);
    vi.setSystemTime(14 * 24 * 3600 * 1000 + 1);
    expect(reasons()).toEqual(["", 0]);
    vi.useRealTimers();
  });

  it("lets one read what another expert holds, and nothing more", async () => {
    claimed = dispute(1, { held: true, held_by_me: false });
    await setUp("Text 1");
    expect(screen.getByText(/Another expert is deciding/)).toBeInTheDocument();
    expect(screen.getByRole("radio", { name: /Adopt A/ })).toBeDisabled();
  });

  it("says when there is nothing to decide", async () => {
    claimed = null;
    await setUp("No disputes");
  });
});

describe("the blind pass, by keyboard alone", () => {
  beforeEach(() => {
    claimed = blind(1);
  });

  it("hides the votes until the own answer is committed, then shows both", async () => {
    const user = await setUp("Text 1");
    expect(screen.getByText("Votes are hidden until you commit.")).toBeInTheDocument();
    expect(screen.queryByRole("radio", { name: /Adopt A/ })).not.toBeInTheDocument();
    await user.keyboard("1{Enter}");
    expect(await screen.findByRole("radio", { name: /Keep my answer/ })).toBeInTheDocument();
    expect(screen.getByRole("radio", { name: /Adopt A/ })).toBeInTheDocument();
    expect(screen.getByText("You")).toBeInTheDocument();
    expect(sent).toMatchObject([{ answer: { mood: "good" } }]);
    expect(screen.getByRole("radiogroup", { name: "Verdict" })).toHaveFocus();
  });

  it("goes to a question by its number, as annotators do", async () => {
    const user = await setUp("Text 1");
    const mood = screen.getByRole("radiogroup");
    await user.keyboard("{Escape}");
    expect(mood).not.toHaveFocus();
    await user.keyboard("{Alt>}1{/Alt}");
    expect(mood).toHaveFocus();
  });

  it("keeps the answer with one key", async () => {
    const user = await setUp("Text 1");
    await user.keyboard("1{Enter}");
    await screen.findByRole("radio", { name: /Keep my answer/ });
    await user.keyboard("k");
    expect(await screen.findByText("Text 2")).toBeInTheDocument();
    expect(sent[1]).toMatchObject({ answer: { mood: "good" }, reason: "" });
    expect(sent[1]).not.toHaveProperty("adopted");
  });

  it("changes the answer with a vote's key and a reason", async () => {
    const user = await setUp("Text 1");
    await user.keyboard("1{Enter}");
    await screen.findByRole("radio", { name: /Keep my answer/ });
    await user.keyboard("2Right after all{Enter}");
    await waitFor(() => expect(sent).toHaveLength(2));
    expect(sent[1]).toMatchObject({ answer: { mood: "bad" }, adopted: "B" });
  });

  it("commits no empty answer", async () => {
    const user = await setUp("Text 1");
    await user.keyboard("{Enter}");
    expect(await screen.findByText("Your answer is not complete yet.")).toBeInTheDocument();
    expect(sent).toEqual([]);
  });

  it("leaves a dispute to a lead, with a reason", async () => {
    const user = await setUp("Text 1");
    await user.keyboard("e");
    const field = screen.getByRole("textbox", { name: "Why a lead should decide" });
    expect(field).toHaveFocus();
    await user.keyboard("{Enter}");
    expect(sent).toEqual([]);
    await user.keyboard("Two readings are right{Enter}");
    expect(await screen.findByText("Text 2")).toBeInTheDocument();
    expect(sent).toEqual([{ reason: "Two readings are right" }]);
  });

  it("thinks better of leaving it", async () => {
    const user = await setUp("Text 1");
    await user.keyboard("e{Escape}");
    expect(screen.queryByRole("textbox", { name: /Why a lead/ })).not.toBeInTheDocument();
    await user.keyboard("1{Enter}");
    await waitFor(() => expect(sent).toHaveLength(1));
  });

  it.each(["lead", "owner"])("has no way up for a %s", async (highest) => {
    role = highest;
    const user = await setUp("Text 1");
    expect(screen.queryByRole("button", { name: /Leave it to a lead/ })).not.toBeInTheDocument();
    await user.keyboard("e");
    expect(screen.queryByRole("textbox", { name: /Why a lead/ })).not.toBeInTheDocument();
  });

  it("tells an owner who is nobody in the project how to become somebody", async () => {
    role = "owner";
    claimed = null;
    isForbidden = true;
    await setUp("You only look on here");
    expect(screen.getByRole("link", { name: "Open People" })).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "For leads" })).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "Try again" })).not.toBeInTheDocument();
  });

  it("says that a second expert reads it too", async () => {
    outcome = "second";
    const user = await setUp("Text 1");
    await user.keyboard("1{Enter}");
    await screen.findByRole("radio", { name: /Keep my answer/ });
    await user.keyboard("k");
    expect(await screen.findByText(/A second expert reads this one too/)).toBeInTheDocument();
  });

  it("says how many disputes one holds", async () => {
    await setUp("Text 1");
    expect(screen.getByText("You hold 1 of 5 disputes")).toBeInTheDocument();
  });
});
