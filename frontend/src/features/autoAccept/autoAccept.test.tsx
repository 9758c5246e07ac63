import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { Acceptance } from "../../api/types";
import { renderApp } from "../../testing/renderApp";
import { PROJECT, SESSION } from "../../testing/samples";
import { lowestAccepted, whyNoDraw } from "./decision";

const QUESTION = {
  question: "sentiment",
  title: "Sentiment",
  why_not_code: null,
  model_version: 4,
  accuracy: 0.9,
};
const OTHER = { ...QUESTION, question: "why", title: "Why so?", why_not_code: "not_a_choice" };
const step = (low: number, items: number) => ({
  low,
  high: low + 0.05,
  expected_error: 0.01,
  labels: 80,
  items,
  is_estimate: false,
  audits: 59,
});

async function openPage(steps: ReturnType<typeof step>[]) {
  await renderApp("/projects/1/auto-accept", {
    "GET session/": SESSION,
    "GET projects/1/": PROJECT,
    "GET projects/1/auto-accept/": { questions: [QUESTION, OTHER], results: [] },
    "GET projects/1/auto-accept/outlook/": { steps },
  });
  await screen.findByText(/Batches are tried from the top/);
  return screen.getByRole("button", { name: "Draw the audits" });
}

describe("drawing audits", () => {
  it("is not offered when nothing is open to draw from, and says so beside the button", async () => {
    const button = await openPage([step(0.9, 0), step(0.8, 40)]);
    await waitFor(() => expect(button).toBeDisabled());
    expect(button).toHaveAccessibleDescription(/^Nothing to draw from/);
  });

  it("is offered when something is open", async () => {
    const button = await openPage([step(0.9, 400)]);
    expect(button).toBeEnabled();
    expect(button).not.toHaveAccessibleDescription();
    const other = screen.getByText("Why so?").parentElement;
    expect(other).toHaveTextContent("Why so? · Only choices of one category can be accepted.");
  });

  it("is offered where an estimate saw nothing, which may have missed a few", async () => {
    const button = await openPage([{ ...step(0.9, 0), is_estimate: true }]);
    expect(button).toBeEnabled();
    const [, items, , audits] = screen.getAllByRole("cell");
    expect(items).toHaveTextContent("few, if any");
    expect(audits).toHaveTextContent("–");
  });

  it("looks at the step below what the same model accepted", () => {
    const batch = { state: "accepted", question: "sentiment", model_version: 4, low: 0.9 };
    const older = { ...batch, model_version: 3, low: 0.5 };
    const below = lowestAccepted([batch, older] as Acceptance[], QUESTION);
    expect(below).toBe(0.9);
    expect(whyNoDraw({ steps: [step(0.9, 0), step(0.8, 40)] }, below)).toBeNull();
    expect(whyNoDraw({ steps: [step(0.9, 400)] }, below)).toBe("accepted");
    expect(whyNoDraw({ steps: [] }, below)).toBe("unsure");
    expect(lowestAccepted([], QUESTION)).toBe(Number.POSITIVE_INFINITY);
  });
});
