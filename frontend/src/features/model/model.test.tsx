import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import type { BlindParts, Llm, ModelOverview, ModelState } from "../../api/types";
import { renderApp } from "../../testing/renderApp";
import { CHINESE_SESSION, PROJECT, QUIET_MODEL, SESSION } from "../../testing/samples";

const NO_LLM: Llm = { endpoints: [], questions: [], runs: [] };

const MODEL: ModelOverview = {
  running: null,
  rest: null,
  trouble: null,
  questions: [
    {
      question: "stars",
      title: "星级",
      usable: false,
      why_not: "Models of this version answer choices, ratings and comparisons; this is spans.",
      why_not_code: "not_a_choice",
      versions: [],
      weights: [],
    },
    {
      question: "mood",
      title: "情绪",
      usable: false,
      why_not: "A reason of a later server.",
      why_not_code: "a_later_reason",
      versions: [],
      weights: [],
    },
  ],
};

it("says in Chinese why no model answers a question, and else what the server said", async () => {
  await renderApp("/projects/1/model", {
    "GET session/": CHINESE_SESSION,
    "GET projects/1/": PROJECT,
    ...QUIET_MODEL,
    "GET projects/1/llm/": NO_LLM,
    "GET projects/1/model/": MODEL,
  });
  expect(
    await screen.findByText(
      "自带模型只学习单选、多选、评分、比较和片段题。模型目录中也许有能回答此题的模型。",
    ),
  ).toBeInTheDocument();
  expect(screen.getByText("A reason of a later server.")).toBeInTheDocument();
  expect(screen.queryByText(/Models of this version/)).not.toBeInTheDocument();
});

it("says in Chinese which questions the last job left out, and why", async () => {
  const left_out = [
    { question: "stars", why: "other_weights", message: "Other weights." },
    { question: "mood", why: "a_later_reason", message: "A word of a later server." },
  ];
  await renderApp("/projects/1/model", {
    "GET session/": CHINESE_SESSION,
    "GET projects/1/": PROJECT,
    ...QUIET_MODEL,
    "GET projects/1/llm/": NO_LLM,
    "GET projects/1/model/": {
      ...MODEL,
      trouble: { error_code: null, error: null, why: null, left_out },
    },
  });
  const alert = await screen.findByRole("alert");
  expect(alert).toHaveTextContent("星级：所选模型的权重已改变，请在模型目录中重新选择。");
  expect(alert).toHaveTextContent("情绪：A word of a later server.");
  expect(alert).not.toHaveTextContent("Other weights.");
});

it("says in Chinese what the server refuses, by its code", async () => {
  await renderApp("/projects/1/model", {
    "GET session/": CHINESE_SESSION,
    "GET projects/1/": PROJECT,
    ...QUIET_MODEL,
    "GET projects/1/llm/": NO_LLM,
    "GET projects/1/model/": {
      status: 409,
      body: { code: "no_model", message: "There is no model here.", extra: {} },
    },
  });
  expect(await screen.findByText("这里没有可用的模型，无法预测。")).toBeInTheDocument();
});

const VERSION: ModelState = {
  version: 2,
  kind: "head",
  question: "mood",
  encoder: "tiny",
  trained_on: 40,
  quality: {
    labels: 40,
    accuracy: 0.8,
    log_loss: 0.5,
    majority_accuracy: 0.6,
    ece: 0.04,
    f1: null,
    reliability: [
      { confidence: 0.6, accuracy: 0.5, labels: 10 },
      { confidence: 0.9, accuracy: 0.9, labels: 30 },
    ],
    categories: {
      good: { labels: 24, recall: 0.9, precision: 0.85 },
      bad: { labels: 16, recall: null, precision: null },
    },
  },
  is_calibrated: true,
  blind: {
    compared: 120,
    agreed: 90,
    low: 0.666,
    high: 0.819,
    needed: 30,
    is_enough: true,
    classes: [
      { label: "bad", compared: 40, agreed: 30 },
      { label: "good", compared: 80, agreed: 60 },
    ],
    reliability: [
      { confidence: 0.6, accuracy: 0.5, labels: 40 },
      { confidence: 0.9, accuracy: 0.875, labels: 80 },
    ],
    calibration: {
      needed: 100,
      is_enough: true,
      ece: 0.05,
      low: 0.02,
      high: 0.11,
      by_chance: 0.04,
      is_off: false,
    },
  },
  acceptance: { compared: 20, agreed: 11 },
  weight: null,
  predicted: 100,
  is_pinned: false,
  is_swept: false,
  copy_of: null,
  created_at: "2026-11-24T10:00:00Z",
};

const PARTS: BlindParts = {
  question: "mood",
  version: 2,
  by: "field:language",
  ways: ["source", "length", "field:language"],
  needed: 15,
  classes: [
    {
      label: "good",
      is_enough: true,
      found: { compared: 80, agreed: 60, low: 0.645, high: 0.832 },
      right: { compared: 8, agreed: 6, low: 0.4, high: 0.93 },
    },
  ],
  slices: [
    {
      value: "zh",
      compared: 40,
      agreed: 20,
      low: 0.352,
      high: 0.648,
      is_enough: true,
      is_worse: true,
    },
    { value: null, compared: 9, agreed: 9, low: 0.7, high: 1, is_enough: false, is_worse: false },
  ],
};

const GUIDELINE = PROJECT.guideline as NonNullable<typeof PROJECT.guideline>;
const MOOD = {
  id: "mood",
  type: "choice",
  title: "Mood",
  categories: [
    { id: "good", title: "In a good mood" },
    { id: "bad", title: "In a bad mood" },
  ],
} as const;

function replies(version: ModelState) {
  const schema = { ...GUIDELINE.schema, questions: [MOOD] };
  return {
    "GET session/": SESSION,
    "GET projects/1/": { ...PROJECT, guideline: { ...GUIDELINE, schema } },
    ...QUIET_MODEL,
    "GET projects/1/llm/": NO_LLM,
    "GET projects/1/model/": {
      running: null,
      rest: {
        since: "2026-11-24T10:00:00Z",
        until: "2026-11-24T10:40:00Z",
        reason: "out of order",
        failures: 3,
      },
      questions: [
        {
          question: "mood",
          title: "Mood",
          usable: true,
          why_not: null,
          why_not_code: null,
          versions: [version],
          weights: [],
        },
      ],
    },
    "GET projects/1/model/blind/": PARTS,
  };
}

it("says by items judged blind how far it can be believed, and where it is worse", async () => {
  await renderApp("/projects/1/model", replies(VERSION));
  expect(
    await screen.findByRole("img", { name: /Calibration error 5.0%, no more than chance/ }),
  ).toBeInTheDocument();
  expect(screen.getByText("90.0% sure, 87.5% right, 80 items")).toBeInTheDocument();
  expect(screen.getByText("Version 2: 75.0% of 120 items")).toBeInTheDocument();
  expect(screen.getByRole("alert")).toHaveTextContent(/3 times in a row.*out of order/);
  expect(
    await screen.findByRole("row", {
      name: "In a good mood 75.0% 64.5% – 83.2% · 80 not enough yet: 8 of 15",
    }),
  ).toBeInTheDocument();
  expect(
    screen.getByRole("row", { name: "zh Worse 50.0% 35.2% – 64.8% · 40" }),
  ).toBeInTheDocument();
  expect(
    screen.getByRole("row", { name: "All others not enough yet: 9 of 15" }),
  ).toBeInTheDocument();
});

it("says how many blind items there are, and no number, while they are too few", async () => {
  const { blind } = VERSION;
  if (!blind) throw new Error("no sample");
  const few: ModelState["blind"] = {
    ...blind,
    compared: 12,
    agreed: 9,
    is_enough: false,
    calibration: { ...blind.calibration, is_enough: false, ece: null, by_chance: null },
  };
  await renderApp("/projects/1/model", replies({ ...VERSION, blind: few, is_calibrated: false }));
  expect(await screen.findByText("Not enough blind items yet: 12 of 30")).toBeInTheDocument();
  expect(screen.getAllByText("Not enough blind items yet: 12 of 100")).toHaveLength(2);
  expect(screen.queryByText(/75.0%/, { selector: "div" })).not.toBeInTheDocument();
  expect(screen.getByText(/No version has enough of them yet/)).toBeInTheDocument();
  expect(screen.getByText("scores not calibrated")).toBeInTheDocument();
  expect(screen.queryByText(/% sure/)).not.toBeInTheDocument();
});
