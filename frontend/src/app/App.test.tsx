import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { renderApp } from "../testing/renderApp";
import { BOARD, CHINESE_SESSION, HOME, NOBODY, PROJECT, SESSION } from "../testing/samples";

const SIGNED_IN = { "GET session/": SESSION, "GET home/": HOME };
const IN_PROJECT = { ...SIGNED_IN, "GET projects/1/": PROJECT };

describe("signing in", () => {
  it("shows the door to whoever is not known, and lets them in with a password", async () => {
    const user = userEvent.setup();
    const { calls } = await renderApp("/", {
      ...SIGNED_IN,
      "GET session/": NOBODY,
      "POST session/": SESSION,
    });
    await user.type(await screen.findByLabelText("Username"), "lin");
    await user.type(screen.getByLabelText("Password"), "secret");
    await user.click(screen.getByRole("button", { name: "Sign in" }));
    expect(await screen.findByRole("heading", { name: /Lin\??$/ })).toBeInTheDocument();
    expect(calls).toContainEqual({
      method: "POST",
      path: "session/",
      body: { username: "lin", password: "secret" },
    });
  });

  it("says plainly that the password is wrong", async () => {
    const user = userEvent.setup();
    await renderApp("/sign-in", {
      "POST session/": { status: 403, body: { code: "wrong_credentials", message: "No." } },
    });
    await user.type(await screen.findByLabelText("Username"), "lin");
    await user.type(screen.getByLabelText("Password"), "wrong");
    await user.click(screen.getByRole("button", { name: "Sign in" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("do not match an account");
  });
});

describe("home", () => {
  it("goes on to what waits by Enter", async () => {
    const user = userEvent.setup();
    const { router } = await renderApp("/", { ...SIGNED_IN, "GET projects/2/": PROJECT });
    expect(await screen.findByText("688 items are ready for you")).toBeInTheDocument();
    await user.keyboard("{Enter}");
    await waitFor(() => expect(router.state.location.pathname).toBe("/projects/2/work"));
  });

  it("does not call an annotator's own judgments settled", async () => {
    await renderApp("/", SIGNED_IN);
    const table = await screen.findByRole("table");
    expect(within(table).getByRole("columnheader", { name: "Progress" })).toBeInTheDocument();
    expect(within(table).queryByText(/Settled/)).toBeNull();
    expect(within(table).getByRole("progressbar")).toHaveAccessibleName(/judged/);
  });

  it("asks a lead without projects to create the first", async () => {
    await renderApp("/", { ...SIGNED_IN, "GET home/": { ...HOME, projects: [] } });
    expect(await screen.findByText("Create your first project")).toBeInTheDocument();
    expect(screen.getByRole("link", { name: "New project" })).toHaveAttribute(
      "href",
      "/projects/new",
    );
  });

  it("can try again when the server refuses", async () => {
    await renderApp("/", {
      ...SIGNED_IN,
      "GET home/": { status: 403, body: { code: "forbidden", message: "No." } },
    });
    expect(await screen.findByRole("button", { name: "Try again" })).toBeInTheDocument();
    expect(screen.getByRole("alert")).toHaveTextContent("Your role in this project");
  });
});

describe("the board", () => {
  it("counts without what was withdrawn, and leads from a stage to its items", async () => {
    await renderApp("/projects/1/board", {
      ...IN_PROJECT,
      "GET projects/1/board/": BOARD,
      "GET projects/1/events/": { results: [], next: null },
    });
    expect(await screen.findByText("settled: 40 of 100 items")).toBeInTheDocument();
    expect(screen.getByText("40.0%")).toBeInTheDocument();
    expect(screen.getByRole("link", { name: /Disputed\s*5/ })).toHaveAttribute(
      "href",
      "/projects/1/items?stage=disputed",
    );
    expect(screen.getByText("[0.70, 0.90]")).toBeInTheDocument();
  });
});

describe("people", () => {
  it("shows a new person's link once, and the server's problem at its field", async () => {
    const user = userEvent.setup();
    const member = {
      id: 3,
      username: "mei",
      display_name: "Mei",
      role: "crowd",
      pseudonym: "Amber Heron",
      is_active: true,
      judged: 0,
    };
    const replies = {
      ...IN_PROJECT,
      "GET projects/1/members/": { results: [], next: null },
      "GET projects/1/pools/": { results: [], next: null },
      "POST projects/1/members/": {
        status: 400,
        body: {
          code: "invalid_input",
          message: "No.",
          extra: { problems: [{ path: "/username", code: "bad", message: "Letters only." }] },
        },
      } as unknown,
    };
    await renderApp("/projects/1/people", replies);
    await user.click(await screen.findByRole("button", { name: "Add person" }));
    const dialog = await screen.findByRole("dialog");
    await user.type(within(dialog).getByLabelText("Username"), "m!");
    await user.click(within(dialog).getByRole("button", { name: "Add person" }));
    expect(await within(dialog).findByText("Letters only.")).toBeInTheDocument();

    replies["POST projects/1/members/"] = { ...member, sign_in_link: "http://here/sign-in#abc" };
    await user.click(within(dialog).getByRole("button", { name: "Add person" }));
    expect(await screen.findByDisplayValue("http://here/sign-in#abc")).toBeInTheDocument();
  });
});

describe("set-up", () => {
  it("starts a new project in the person's language, whatever this browser spoke before", async () => {
    await renderApp("/projects/new", {
      "GET session/": CHINESE_SESSION,
      "GET home/": HOME,
      "POST label-schema/check/": { ok: true, problems: [], answer_schema: {} },
    });
    expect(await screen.findByDisplayValue("作者的态度如何？")).toBeInTheDocument();
  });

  it("keeps a schema with problems from being saved and shows them at their place", async () => {
    const user = userEvent.setup();
    const replies: Record<string, unknown> = {
      ...IN_PROJECT,
      "POST label-schema/check/": { ok: true, problems: [], answer_schema: {} },
    };
    await renderApp("/projects/1/setup", replies);
    expect(await screen.findByText("The questions hold together.")).toBeInTheDocument();
    const problem = { path: "/questions/0/title", code: "x", message: "Say it in fewer words." };
    replies["POST label-schema/check/"] = { ok: false, problems: [problem], answer_schema: null };
    await user.type(screen.getByDisplayValue("Sentiment"), "!");
    expect(await screen.findByText("Say it in fewer words.")).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Save as version 2" })).toBeDisabled();
  });
});
