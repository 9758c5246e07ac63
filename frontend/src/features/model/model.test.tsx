import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import type { Llm, ModelOverview, ModelState } from "../../api/types";
import { renderApp } from "../../testing/renderApp";
import { CHINESE_SESSION, PROJECT, SESSION } from "../../testing/samples";

const NO_LLM: Llm = { endpoints: [], questions: [], runs: [] };

const MODEL: ModelOverview = {
  running: null,
  rest: null,
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

it("says in Chinese what the server refuses, by its code", async () => {
  await renderApp("/projects/1/model", {
    "GET session/": CHINESE_SESSION,
    "GET projects/1/": PROJECT,
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
  blind: {
    compared: 20,
    agreed: 15,
    low: 0.53,
    high: 0.89,
    classes: [{ label: "good", compared: 12, agreed: 9 }],
  },
  acceptance: { compared: 20, agreed: 15 },
  weight: null,
  predicted: 100,
  is_pinned: false,
  copy_of: null,
  created_at: "2026-11-24T10:00:00Z",
};

it("shows how far its confidence can be believed, class by class, and that it rests", async () => {
  await renderApp("/projects/1/model", {
    "GET session/": SESSION,
    "GET projects/1/": PROJECT,
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
          versions: [VERSION],
          weights: [],
        },
      ],
    },
  });
  expect(await screen.findByRole("img", { name: /Calibration error 4%/ })).toBeInTheDocument();
  expect(screen.getByText("90% sure, 90% right, 30 labels")).toBeInTheDocument();
  expect(screen.getByText("Version 2: 75% of 20 items")).toBeInTheDocument();
  expect(screen.getByRole("row", { name: "good 24 90% 85% 75% (12)" })).toBeInTheDocument();
  expect(screen.getByRole("alert")).toHaveTextContent(/3 times in a row.*out of order/);
});
