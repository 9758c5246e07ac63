import { IDBFactory } from "fake-indexeddb";
import "fake-indexeddb/auto";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRouter,
  RouterProvider,
} from "@tanstack/react-router";
import { cleanup, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Assignment, User, Work } from "../../api/types";
import type { Question } from "../../core/schema";
import { renderWithWords } from "../../stages/testing";
import { Workspace } from "./Workspace";

const USER: User = {
  id: 7,
  username: "lin",
  display_name: "Lin",
  language: "en",
  theme: "light",
  has_password: true,
};
const WORK: Work = {
  project: { id: 1, name: "Reviews" },
  role: "crowd",
  guideline: {
    version: 1,
    text: "Judge the text as a whole.",
    created_at: "2026-01-01T00:00:00Z",
    schema: {
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
        {
          id: "why",
          type: "text",
          title: "Why",
          show_when: { question: "mood", in: ["bad"] },
        },
      ],
    },
  },
  judged_by_me: 10,
  ready: 5,
  remaining: 5,
  standing: { rung: "none", overruled: false, sentence: "", confusion: null },
  lease_seconds: 600,
  most_at_once: 60,
  recent: [],
  shows_own_similar: false,
};

let open: string[];
let sent: Record<string, unknown>[];
let refusal: { status: number; body: unknown } | null;
let standing: Work["standing"];
let refusedAt = "/submit/";
let isCalibrated: boolean;
let added: Question[];

function withQuestions(questions: Question[]): Work["guideline"] {
  const { schema } = WORK.guideline;
  const all = [...schema.questions, ...questions];
  return { ...WORK.guideline, schema: { ...schema, questions: all } };
}

function assignment(id: string): Assignment {
  return {
    id,
    project: 1,
    guideline_version: 1,
    expires_at: "2030-01-01T00:00:00Z",
    earlier: null,
    draft: null,
    item: { data: { text: `Text of ${id}` } },
    prediction: { answer: { mood: "good" }, score: 0.9, is_calibrated: isCalibrated },
    has_check: false,
  };
}

/** As the server derives it, shortened. */
const ANSWER_SCHEMA = {
  type: "object",
  properties: {
    mood: { enum: ["good", "bad"] },
    why: { type: "string", maxLength: 12 },
    stars: { type: "integer" },
    names: { type: "array" },
  },
  required: ["mood"],
  additionalProperties: false,
};

function reply(path: string, body: Record<string, unknown>): unknown {
  if (path.endsWith("/answer-schema/")) return ANSWER_SCHEMA;
  if (path.endsWith("/work/")) return { ...WORK, guideline: withQuestions(added), standing };
  if (path.endsWith("/claim/")) {
    return { assignments: open.slice(0, 3).map(assignment), rung: standing.rung };
  }
  const [, id, action] = /assignments\/([^/]+)\/(\w+)\/$/.exec(path) ?? [];
  if (action === "draft") return { kept: true };
  sent.push({ action, id, ...body });
  open = open.filter((other) => other !== id);
  return { judgment: 1, status: "accepted", judged_by_me: 10 + sent.length, next: null };
}

beforeEach(() => {
  // What one test left unsent must not be sent by the next.
  vi.stubGlobal("indexedDB", new IDBFactory());
  open = ["one", "two", "three", "four"];
  sent = [];
  refusal = null;
  standing = WORK.standing;
  isCalibrated = true;
  added = [];
  sessionStorage.clear();
  refusedAt = "/submit/";
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const path = url.split("?")[0] ?? "";
    if (refusal && path.endsWith(refusedAt)) {
      return new Response(JSON.stringify(refusal.body), { status: refusal.status });
    }
    return new Response(JSON.stringify(reply(path, JSON.parse(`${init.body ?? "{}"}`))));
  });
});

async function setUp(shown = "Text of one") {
  const root = createRootRoute({
    component: () => <Workspace project={1} user={USER} menu={null} />,
  });
  const router = createRouter({ routeTree: root, history: createMemoryHistory() });
  renderWithWords(
    <QueryClientProvider client={new QueryClient()}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
  await screen.findByText(shown, undefined, { timeout: 5_000 });
  return userEvent.setup();
}

describe("the workspace, by keyboard alone", () => {
  it("answers an item and shows the next at once", async () => {
    const user = await setUp();
    await user.keyboard("1{Enter}");
    expect(await screen.findByText("Text of two")).toBeInTheDocument();
    await waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]).toMatchObject({ action: "submit", id: "one", answer: { mood: "good" } });
    expect(await screen.findByText("All saved")).toBeInTheDocument();
    const answered = "1 back: answered, can still be corrected";
    expect(screen.getByRole("button", { name: answered })).toBeInTheDocument();
    await user.keyboard("[[2");
    expect(await screen.findByText("Draft kept here")).toBeInTheDocument();
    const changed = "1 back: changed, not submitted yet";
    expect(await screen.findByRole("button", { name: changed })).toBeInTheDocument();
  });

  it("says what was begun and is not sent, and where it is kept", async () => {
    const user = await setUp();
    expect(screen.getByText("All saved")).toBeInTheDocument();
    await user.keyboard("1");
    expect(await screen.findByText("Draft kept here")).toBeInTheDocument();
    expect(screen.queryByText("All saved")).not.toBeInTheDocument();
    vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
    document.dispatchEvent(new Event("visibilitychange"));
    expect(await screen.findByText("Draft on server")).toBeInTheDocument();
    await user.keyboard("z");
    expect(await screen.findByText("All saved")).toBeInTheDocument();
    refusal = { status: 503, body: { code: "busy", message: "", extra: {} } };
    await user.keyboard("1{Enter}");
    expect(await screen.findByText("Offline · 1 kept here")).toBeInTheDocument();
    await user.keyboard("[[2");
    expect(screen.getByText("Offline · 1 kept here")).toBeInTheDocument();
  });

  it("gives the keys back to the question when a dialog or a note is left", async () => {
    const user = await setUp();
    const chosen = () => screen.queryAllByRole("radio", { checked: true });
    for (const key of ["g", "s", "?"]) {
      await user.keyboard(key);
      await screen.findByRole("dialog");
      await user.keyboard("{Escape}");
      await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
      expect(screen.getByRole("radiogroup")).toHaveFocus();
    }
    await user.keyboard("nLooks odd 1{Escape}");
    expect(chosen()).toHaveLength(0);
    await user.keyboard("1");
    expect(chosen()).toHaveLength(1);
    expect(screen.getByLabelText("Note to the experts")).toHaveValue("Looks odd 1");
  });

  it("comes back to a note that is there, and begins the next item at its question", async () => {
    const user = await setUp();
    await user.keyboard("nOdd{Escape}1n!");
    expect(screen.getByLabelText("Note to the experts")).toHaveValue("Odd!");
    await user.keyboard("{Control>}{Enter}{/Control}");
    await screen.findByText("Text of two");
    expect(screen.getByRole("radiogroup", { name: "Mood" })).toHaveFocus();
    expect(screen.getByRole("button", { name: /Add a note/ })).toBeInTheDocument();
    await waitFor(() => expect(sent[0]).toMatchObject({ comment: "Odd!" }));
  });

  it("tells a screen reader which item is there now", async () => {
    const user = await setUp();
    expect(screen.getByText("Item 11. Text of one")).toHaveRole("status");
    await user.keyboard("1{Enter}");
    expect(await screen.findByText("Item 12. Text of two")).toHaveRole("status");
    await user.keyboard("[[");
    expect(await screen.findByText("An earlier item. Text of one")).toHaveRole("status");
  });

  it("reads on in a long item, whichever question has the cursor", async () => {
    const user = await setUp();
    const stage = screen.getByRole("main");
    const scrollBy = vi.fn();
    Object.assign(stage, { scrollBy });
    await user.keyboard("{PageDown}");
    expect(scrollBy).not.toHaveBeenCalled();
    Object.defineProperties(stage, {
      scrollHeight: { value: 4000 },
      clientHeight: { value: 800 },
    });
    await user.keyboard("{PageDown}{PageUp}");
    expect(scrollBy.mock.calls).toEqual([[{ top: 680 }], [{ top: -680 }]]);
  });

  it("shows how sure the model is only where that was held against labels", async () => {
    await setUp();
    expect(screen.getByText("90%")).toBeInTheDocument();
    isCalibrated = false;
    cleanup();
    await setUp();
    expect(screen.getByText("untested")).toBeInTheDocument();
    expect(screen.queryByText("90%")).not.toBeInTheDocument();
  });

  it("goes on to the question that an answer brings up, and sends from its field", async () => {
    const user = await setUp();
    await user.keyboard("2");
    expect(screen.getByRole("textbox", { name: "Why" })).toHaveFocus();
    await user.keyboard("Too long 1{Control>}{Enter}{/Control}");
    await waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]).toMatchObject({ answer: { mood: "bad", why: "Too long 1" } });
  });

  it("brings the cursor to an optional question, and asks for no more than Enter", async () => {
    added = [{ id: "stars", type: "rating", title: "Stars", min: 1, max: 5, required: false }];
    const user = await setUp();
    await user.keyboard("1");
    expect(screen.getByRole("radiogroup", { name: "Stars" })).toHaveFocus();
    await user.keyboard("4{Enter}");
    await screen.findByText("Text of two");
    await user.keyboard("1{Enter}");
    await waitFor(() => expect(sent).toHaveLength(2));
    expect(sent[0]).toMatchObject({ answer: { mood: "good", stars: 4 } });
    expect(sent[1]).toMatchObject({ id: "two", answer: { mood: "good" } });
  });

  it("says by which key one leaves a stage, where Tab goes from mark to mark", async () => {
    const on = { on: "text", categories: [{ id: "name" }], required: false };
    added = [{ id: "names", type: "spans", title: "Names", ...on }];
    const user = await setUp();
    await user.keyboard("1");
    const names = screen.getByRole("group", { name: "Names" });
    expect(names).toHaveAttribute("aria-current", "true");
    const hint = screen.getByText("Question");
    expect(hint.parentElement?.firstElementChild).toBe(hint);
    expect(hint.parentElement?.lastElementChild).toHaveTextContent("By word");
    expect([...hint.children].map(({ textContent }) => textContent)).toEqual(["Alt", "1"]);
    await user.keyboard("{Alt>}1{/Alt}");
    expect(screen.getByRole("radiogroup", { name: "Mood" })).toHaveFocus();
  });

  it("says what is missing where it is missing", async () => {
    const user = await setUp();
    await user.keyboard("{Enter}");
    const mood = screen.getByRole("radiogroup", { name: "Mood" });
    expect(await within(mood).findByRole("alert")).toHaveTextContent("needs an answer");
    expect(screen.getByText("Text of one")).toBeInTheDocument();
  });

  it("says which question the answer's schema refuses, and sends nothing", async () => {
    const user = await setUp();
    await user.keyboard("2");
    await user.keyboard("Much too long{Control>}{Enter}{/Control}");
    expect(await screen.findByText(/“Why”: At most 12 characters/)).toBeInTheDocument();
    const field = screen.getByRole("textbox", { name: "Why" });
    expect(field).toHaveValue("Much too long");
    expect(sent).toEqual([]);
    await user.keyboard("{Backspace}");
    expect(screen.queryByText(/“Why”: At most/)).not.toBeInTheDocument();
    await user.keyboard("{Control>}{Enter}{/Control}");
    await waitFor(() => expect(sent[0]).toMatchObject({ answer: { why: "Much too lon" } }));
  });

  it("adopts the model's suggestion with Space and takes it back with Z", async () => {
    const user = await setUp();
    await user.keyboard(" ");
    expect(screen.getByRole("radio", { name: /Good/ })).toBeChecked();
    await user.keyboard("z");
    expect(screen.getByRole("radio", { name: /Good/ })).not.toBeChecked();
  });

  it("skips with a reason and marks an answer as unsure", async () => {
    const user = await setUp();
    await user.keyboard("s");
    expect(await screen.findByRole("dialog", { name: "Skip this item" })).toBeInTheDocument();
    await user.keyboard("2");
    await screen.findByText("Text of two");
    await waitFor(() => expect(sent[0]).toMatchObject({ action: "skip", reason: "cannot" }));
    await user.keyboard("u1{Enter}");
    await waitFor(() => expect(sent[1]).toMatchObject({ unsure: true }));
  });

  it("is one Tab from the comment of a skip, and one Enter back to its reasons", async () => {
    const user = await setUp();
    await user.keyboard("s");
    const dialog = await screen.findByRole("dialog", { name: "Skip this item" });
    const reasons = within(dialog).getByRole("button", { name: /unclear/ }).parentElement;
    await waitFor(() => expect(reasons).toHaveFocus());
    await user.tab();
    expect(screen.getByRole("textbox", { name: "Comment (optional)" })).toHaveFocus();
    await user.keyboard("Cut off at 2{Enter}1");
    const said = { action: "skip", reason: "unclear", comment: "Cut off at 2" };
    await waitFor(() => expect(sent[0]).toMatchObject(said));
  });

  it("takes for a comment what is typed before the dialog has settled", async () => {
    await setUp();
    const user = userEvent.setup({ delay: null });
    await user.keyboard("s{Tab}1");
    // The kit's own move of the focus came now.
    await user.keyboard("2");
    expect(screen.getByRole("textbox", { name: "Comment (optional)" })).toHaveValue("12");
    expect(sent).toEqual([]);
  });

  it("looks back and corrects", async () => {
    const user = await setUp();
    await user.keyboard("1{Enter}");
    await screen.findByText("Text of two");
    await user.keyboard("[[");
    await screen.findByText("Text of one");
    await user.keyboard("1{Enter}");
    await screen.findByText("Text of two");
    await waitFor(() => expect(sent.map(({ id }) => id)).toEqual(["one", "one"]));
  });

  it("shows all keys", async () => {
    const user = await setUp();
    await user.keyboard("?");
    const dialog = await screen.findByRole("dialog", { name: "All keys" });
    expect(within(dialog).getByText("Submit and go on")).toBeInTheDocument();
    const goTo = within(dialog).getByText("Go to question 1–9").nextElementSibling;
    expect(goTo).toHaveTextContent("Alt1–9");
  });

  it("keeps a refused answer and leads to it", async () => {
    const problems = [{ path: "/mood", code: "unknown", message: "No such category." }];
    refusal = {
      status: 400,
      body: { code: "invalid_answer", message: "It does not fit.", extra: { problems } },
    };
    const user = await setUp();
    await user.keyboard("1{Enter}");
    await user.click(await screen.findByRole("button", { name: "1 needs your attention" }));
    expect(await screen.findByText("No such category.")).toBeInTheDocument();
    expect(screen.getByText("Text of one")).toBeInTheDocument();
  });

  it("asks for the password over the item when the session has ended", async () => {
    refusal = { status: 401, body: { code: "not_signed_in", message: "", extra: {} } };
    const user = await setUp();
    await user.keyboard("1{Enter}");
    expect(
      await screen.findByRole("dialog", { name: "Please sign in again" }),
    ).toBeInTheDocument();
    expect(screen.getByText("Text of two")).toBeInTheDocument();
  });

  it("says that nothing is handed out now, and why: it is no failure to load", async () => {
    refusedAt = "/claim/";
    const body = { code: "work_paused", message: "You get no new items.", extra: {} };
    refusal = { status: 409, body };
    await setUp("No new items for now");
    expect(screen.getByText(/your answers told too little/)).toBeInTheDocument();
    expect(screen.queryByText("This could not be loaded")).not.toBeInTheDocument();
  });

  it("says when nothing is left", async () => {
    open = ["one"];
    const user = await setUp();
    await user.keyboard("1{Enter}");
    expect(await screen.findByText("Nothing to do right now")).toBeInTheDocument();
  });
});

const HINT = /often choose “Good” where “Bad” is right/;

describe("the hint of the ladder", () => {
  beforeEach(() => {
    standing = {
      rung: "hint",
      overruled: false,
      sentence: "-",
      confusion: { question: "mood", said: "good", known: "bad" },
    };
  });

  it("says politely what is mixed up, and goes when it was read, by keyboard alone", async () => {
    const user = await setUp();
    const note = screen.getByText(HINT).closest<HTMLElement>("[role=status]") ?? document.body;
    expect(note).not.toBe(document.body);
    const done = within(note).getByRole("button", { name: "Got it" });
    for (let tabs = 0; tabs < 30 && document.activeElement !== done; tabs++) await user.tab();
    expect(done).toHaveFocus();
    await user.keyboard("{Enter}");
    expect(screen.queryByText(HINT)).toBeNull();
    expect(sent).toEqual([]);
    expect(screen.getByText("Text of one")).toBeInTheDocument();
  });

  it("stays away once it was read, and comes back when something else is mixed up", async () => {
    sessionStorage.setItem("annotate.hint.1", "something else");
    const user = await setUp();
    await user.click(screen.getByRole("button", { name: "Got it" }));
    standing = { ...standing, rung: "slower" };
    await user.keyboard("1{Enter}");
    await waitFor(() => expect(sent).toHaveLength(1));
    expect(screen.queryByText(HINT)).toBeNull();
    standing = { ...standing, rung: "hint", confusion: null };
    await user.keyboard("1{Enter}");
    expect(await screen.findByText(/tell less than most people’s/)).toBeInTheDocument();
  });

  it("says nothing to who stands well", async () => {
    standing = WORK.standing;
    await setUp();
    expect(screen.queryByRole("button", { name: "Got it" })).toBeNull();
  });
});
