import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import type { ModelOverview } from "../../api/types";
import { renderApp } from "../../testing/renderApp";
import { CHINESE_SESSION, PROJECT } from "../../testing/samples";

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
    "GET projects/1/model/": MODEL,
  });
  expect(await screen.findByText("目前的模型只能回答单选、多选、评分和比较题。")).toBeInTheDocument();
  expect(screen.getByText("A reason of a later server.")).toBeInTheDocument();
  expect(screen.queryByText(/Models of this version/)).not.toBeInTheDocument();
});

it("says in Chinese what the server refuses, by its code", async () => {
  await renderApp("/projects/1/model", {
    "GET session/": CHINESE_SESSION,
    "GET projects/1/": PROJECT,
    "GET projects/1/model/": {
      status: 409,
      body: { code: "no_model", message: "There is no model here.", extra: {} },
    },
  });
  expect(await screen.findByText("这里没有可用的模型，无法预测。")).toBeInTheDocument();
});
