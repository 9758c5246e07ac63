import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { OwnRecord } from "../../../api/types";
import { renderApp } from "../../../testing/renderApp";
import { PROJECT, SESSION } from "../../../testing/samples";

const MISSED = {
  assignment: "5b0c1f5e-9d5b-4a66-8a4a-0d8b5ce7a001",
  at: "2026-11-24T08:00:00Z",
  data: {},
  answer: {},
  appeal: null,
};
const RECORD: OwnRecord = {
  judged: 128,
  skipped: 2,
  overturned: 1,
  standing: { rung: "slower", overruled: false, sentence: "-", confusion: null },
  batch_size: 10,
  batches: [{ number: 1, score: 0.9, counted: 10, missed: [MISSED] }],
  rulings: [],
  appeals: [],
};
const ROUTES = {
  "GET session/": SESSION,
  "GET projects/2/": { ...PROJECT, id: 2, role: "crowd" },
};

describe("the own record", () => {
  it("shows the ruling that an appeal is against", async () => {
    const user = userEvent.setup();
    const ruled = { ...MISSED, answer: { sentiment: "pos" }, ruling: { sentiment: "neg" } };
    await renderApp("/projects/2/record", {
      ...ROUTES,
      "GET projects/2/record/": { ...RECORD, batches: [], rulings: [ruled] },
    });
    await user.click(await screen.findByRole("button", { name: "Appeal" }));
    const dialog = within(await screen.findByRole("dialog"));
    expect(dialog.getByText("Positive")).toBeInTheDocument();
    expect(dialog.getByText("Decided")).toBeInTheDocument();
    expect(dialog.getByText("Negative")).toBeInTheDocument();
  });

  it("says the rung, the score of whole batches, and takes an appeal with a reason", async () => {
    const user = userEvent.setup();
    const { calls } = await renderApp("/projects/2/record", {
      ...ROUTES,
      "GET projects/2/record/": RECORD,
      "POST projects/2/record/appeals/": { status: 201, body: {} },
    });
    expect(await screen.findByText(/a short pause lies between two items/)).toBeVisible();
    expect(screen.getByText("90% met")).toBeVisible();
    expect(screen.getByText("of 10 that count")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Appeal" }));
    const dialog = await screen.findByRole("dialog");
    const send = within(dialog).getByRole("button", { name: "Send appeal" });
    expect(send).toBeDisabled();
    await user.type(within(dialog).getByRole("textbox"), " It says so ");
    await user.click(send);
    const body = { subject: "gold", assignment: MISSED.assignment, reason: "It says so" };
    await waitFor(() =>
      expect(calls).toContainEqual({
        method: "POST",
        path: "projects/2/record/appeals/",
        body,
      }),
    );
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
  });

  it("says calmly what is mixed up", async () => {
    const confusion = { question: "sentiment", said: "pos", known: "neg" };
    await renderApp("/projects/2/record", {
      ...ROUTES,
      "GET projects/2/record/": {
        ...RECORD,
        standing: { ...RECORD.standing, rung: "hint", confusion },
      },
    });
    const words = await screen.findByText(/often choose “Positive” where “Negative” is right/);
    expect(words.closest("[role=status]")).toBeVisible();
  });

  it("shows nothing of a batch that is not finished", async () => {
    await renderApp("/projects/2/record", {
      ...ROUTES,
      "GET projects/2/record/": {
        ...RECORD,
        batches: [],
        standing: { ...RECORD.standing, rung: "none" },
      },
    });
    expect(await screen.findByText("No batch is finished yet")).toBeVisible();
    expect(screen.getByText("All is well: you get all the work there is.")).toBeVisible();
  });
});
