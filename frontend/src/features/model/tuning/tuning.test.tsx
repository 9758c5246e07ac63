import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { Llm, ModelOverview, ModelState, Tunings } from "../../../api/types";
import { renderApp } from "../../../testing/renderApp";
import { CHINESE_SESSION, PROJECT, QUIET_MODEL, SESSION } from "../../../testing/samples";

const GUIDELINE = PROJECT.guideline as NonNullable<typeof PROJECT.guideline>;
const [SENTIMENT] = GUIDELINE.schema.questions;
const NO_LLM: Llm = { endpoints: [], questions: [], runs: [] };

const QUALITY = {
  labels: 120,
  accuracy: 0.72,
  log_loss: 0.58,
  majority_accuracy: 0.5,
  ece: 0.06,
  f1: null,
  reliability: [],
  categories: { pos: { labels: 60, recall: 0.7, precision: 0.75 } },
};

function version(number: number, kind: ModelState["kind"]): ModelState {
  return {
    version: number,
    kind,
    question: "mood",
    encoder: "tiny",
    trained_on: 120,
    quality: QUALITY,
    blind: null,
    acceptance: { compared: 0, agreed: 0 },
    weight: null,
    predicted: 5,
    is_calibrated: true,
    is_pinned: false,
    is_swept: false,
    copy_of: null,
    created_at: "2026-11-24T10:00:00Z",
  };
}

const MODEL: ModelOverview = {
  running: null,
  rest: null,
  trouble: null,
  questions: [
    {
      question: "mood",
      title: "Mood",
      usable: true,
      why_not: null,
      why_not_code: null,
      versions: [version(2, "tuned"), version(1, "head")],
      weights: [],
    },
  ],
};

const TUNINGS: Tunings = {
  questions: [
    {
      question: "mood",
      title: "Mood",
      why_not_code: null,
      fewest_labels: 100,
      pinned: null,
      pinned_by: null,
      job: null,
      tunings: [
        {
          id: 1,
          outcome: "taken",
          labels: 120,
          version: 2,
          report: {
            labels: 120,
            head: QUALITY,
            tuned: { ...QUALITY, accuracy: 0.81 },
            gain: 0.12,
            gain_low: 0.05,
            steps: [10, 15, 20],
            seconds: 60,
            examples: [
              {
                item: 7,
                text: "hardly a masterpiece",
                label: "neg",
                head: { label: "pos", score: 0.9 },
                tuned: { label: "neg", score: 0.7 },
              },
            ],
          },
          created_at: "2026-11-24T10:00:00Z",
          ended_at: "2026-11-24T10:04:00Z",
        },
      ],
    },
  ],
};

const ROUTES = {
  ...QUIET_MODEL,
  "GET session/": SESSION,
  "GET projects/1/": {
    ...PROJECT,
    guideline: {
      ...GUIDELINE,
      schema: { ...GUIDELINE.schema, questions: [{ ...SENTIMENT, id: "mood" }] },
    },
  },
  "GET projects/1/llm/": NO_LLM,
  "GET projects/1/model/": MODEL,
};

it("shows both side by side, where they differ, and goes back by one click", async () => {
  const { calls } = await renderApp("/projects/1/model", {
    ...ROUTES,
    "GET projects/1/model/tuning/": TUNINGS,
    "POST projects/1/model/mood/pin/": { version: 3 },
  });
  const table = await screen.findByRole("table", { name: "Head and fine-tune side by side" });
  expect(within(table).getByRole("row", { name: "Accuracy 72.0% 81.0%" })).toBeInTheDocument();
  // As in the panel of what was judged blind: a share of one, not a figure of another kind.
  expect(
    within(table).getByRole("row", { name: "Calibration error 6.0% 6.0%" }),
  ).toBeInTheDocument();
  expect(
    within(table).getByRole("row", { name: "Positive (60) 70.0% / 75.0% 70.0% / 75.0%" }),
  ).toBeVisible();
  expect(screen.getByText("hardly a masterpiece")).toBeInTheDocument();
  expect(screen.getByRole("cell", { name: "Negative (70%)", hidden: true })).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "Go back to version 1 of “Mood”" }));
  expect(calls.find(({ method }) => method === "POST")).toEqual({
    method: "POST",
    path: "projects/1/model/mood/pin/",
    body: { version: 1 },
  });
});

it("says which versions nobody can go back to, and offers no way", async () => {
  const [question] = MODEL.questions;
  const swept = { ...version(2, "tuned"), is_swept: true };
  await renderApp("/projects/1/model", {
    ...ROUTES,
    "GET projects/1/model/": {
      ...MODEL,
      questions: [{ ...question, versions: [version(3, "tuned"), swept, version(1, "head")] }],
    },
    "GET projects/1/model/tuning/": TUNINGS,
  });
  expect(await screen.findByText("Deleted")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Go back to version 2 of “Mood”" })).toBeNull();
  expect(screen.getByRole("button", { name: "Go back to version 1 of “Mood”" })).toBeVisible();
});

it("says which version is pinned, and lets it go", async () => {
  const [question] = TUNINGS.questions;
  const { calls } = await renderApp("/projects/1/model", {
    ...ROUTES,
    "GET projects/1/model/tuning/": {
      questions: [{ ...question, pinned: 2, pinned_by: "Lena" }],
    },
    "DELETE projects/1/model/mood/pin/": {},
  });
  expect(await screen.findByText(/Lena wants it to stay in force/)).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "Let version 2 of “Mood” go" }));
  const deleted = calls.filter(({ method }) => method === "DELETE");
  expect(deleted.map(({ path }) => path)).toEqual(["projects/1/model/mood/pin/"]);
});

/** The latest fine-tune with another gain. */
function gained(gain: number, gain_low: number): Tunings {
  const [question] = TUNINGS.questions;
  const [trial] = question?.tunings ?? [];
  if (!question || !trial?.report) throw new Error("no sample");
  const report = { ...trial.report, gain, gain_low };
  return {
    questions: [{ ...question, tunings: [{ ...trial, outcome: "not_better", report }] }],
  };
}

it.each([
  [0.12, 0.05, "Log loss falls by 0.12 a label; by more than 0.05 with 95% confidence."],
  [
    0.12,
    -0.05,
    "Log loss falls by 0.12 a label, which is more than its standard error of 0.10, though not sure at 95% confidence.",
  ],
  [
    0.12,
    -0.12,
    "Log loss falls by 0.12 a label, which is within its standard error of 0.15 and may be chance.",
  ],
  [-0.01, -0.05, "Log loss does not fall: it rises by 0.01 a label."],
  [-0.001, -0.05, "Log loss stays the same."],
])("says what a gain of %d, surely above %d, is", async (gain, low, words) => {
  await renderApp("/projects/1/model", {
    ...ROUTES,
    "GET projects/1/model/tuning/": gained(gain, low),
  });
  expect(await screen.findByText(words, { exact: false, selector: "p" })).toBeVisible();
});

it("says of a lower log loss that is not taken that it is right less often", async () => {
  const [question] = gained(0.12, 0.05).questions;
  const [trial] = question?.tunings ?? [];
  if (!question || !trial?.report) throw new Error("no sample");
  const report = { ...trial.report, tuned: { ...QUALITY, accuracy: 0.71 } };
  await renderApp("/projects/1/model", {
    ...ROUTES,
    "GET projects/1/model/tuning/": {
      questions: [{ ...question, tunings: [{ ...trial, report }] }],
    },
  });
  const words = "with 95% confidence. But it is right less often than the head.";
  expect(await screen.findByText(words, { exact: false, selector: "p" })).toBeVisible();
});

it("joins Chinese sentences without a space", async () => {
  await renderApp("/projects/1/model", {
    ...ROUTES,
    "GET session/": CHINESE_SESSION,
    "GET projects/1/model/tuning/": gained(-0.01, -0.05),
  });
  const words = "微调没有明显更好，继续使用分类头。对数损失没有降低，每条标注反而升高 0.01。";
  const starts = (_: string, element: Element | null) =>
    element?.textContent?.startsWith(words) ?? false;
  expect(await screen.findByText(starts, { selector: "p" })).toBeVisible();
});

it("says of what shows the effect of predictions that it could not be read", async () => {
  await renderApp("/projects/1/model", {
    ...ROUTES,
    "GET projects/1/model/tuning/": TUNINGS,
    "GET projects/1/model/anchoring/": { status: 500, body: { code: "broken", message: "Oh" } },
  });
  const panel = (await screen.findByText("What showing predictions does")).closest("section");
  if (!panel) throw new Error("no panel");
  expect(await within(panel).findByRole("button", { name: "Try again" })).toBeVisible();
});
