import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { Job, Llm, LlmEstimate, LlmRun } from "../../../api/types";
import { renderApp } from "../../../testing/renderApp";
import { CHINESE_SESSION, PROJECT, QUIET_MODEL, SESSION } from "../../../testing/samples";

const JOB: Job = {
  id: 7,
  kind: "llm",
  state: "done",
  done: 30,
  total: 30,
  result: {},
  error: null,
  error_code: null,
  extra: {},
  created_at: "2026-11-24T10:00:00Z",
  started_at: null,
  finished_at: null,
};

const RUN: LlmRun = {
  id: 3,
  endpoint: "house",
  model: "qwen",
  prompt_version: "0123456789abcdef",
  guideline: 2,
  price_in: 1,
  price_out: 4,
  most_tokens: 1000,
  most_money: 10,
  most_items: null,
  hearing: "likelihoods",
  stopped: "money",
  counts: { items: 20, labels: 18, lost_quotes: 2, problems: { invalid_label: 2 } },
  scores: [{ question: "mood", compared: 10, right: 9, likeness: 0.9, unanswered: 0 }],
  versions: { mood: 4 },
  spent: { tokens_in: 900, tokens_out: 100, money: 0.0013, replies: 30 },
  job: JOB,
  created_by: "Lea",
  created_at: "2026-11-24T10:00:00Z",
};

const LLM: Llm = {
  endpoints: [
    {
      name: "house",
      host: "10.0.0.5:8000",
      models: ["qwen"],
      is_own: true,
      consent: { given_by: "Lea", given_at: "2026-11-24T10:00:00Z" },
      rest: { since: "2026-11-24T10:00:00Z", reason: "It did not answer.", failures: 2 },
    },
  ],
  questions: [{ question: "mood", title: "Mood", why_not_code: null }],
  runs: [RUN],
};

const ESTIMATE: LlmEstimate = {
  prompt: { version: "0123456789abcdef", guideline: 2, system: "You label items.", schema: {} },
  items: 30,
  known: 10,
  waiting: 20,
  paid: 0,
  calls: 30,
  is_measured: false,
  likely: { tokens_in: 9000, tokens_out: 600, money: 0.0114 },
  at_most: { tokens_in: 30_000, tokens_out: 2400, money: 0.0396 },
};

const MODEL = { running: null, rest: null, questions: [] };

it("shows what a run came to, and the price before the next one", async () => {
  await renderApp("/projects/1/model", {
    "GET session/": SESSION,
    "GET projects/1/": PROJECT,
    ...QUIET_MODEL,
    "GET projects/1/model/": MODEL,
    "GET projects/1/llm/": LLM,
    "POST projects/1/llm/estimate/": ESTIMATE,
  });
  const [, row] = await screen.findAllByRole("row");
  const cells = within(row as HTMLElement);
  expect(cells.getByText("Stopped by the cap on money")).toBeInTheDocument();
  expect(cells.getByText(/Mood: 90.0%/)).toBeInTheDocument();
  expect(cells.getByText("18 on 20 items")).toBeInTheDocument();
  expect(cells.getByText("2 quotes not found")).toBeInTheDocument();
  expect(cells.getByText("0.0013 · 1,000 tokens")).toBeInTheDocument();
  expect(screen.getByRole("alert")).toHaveTextContent(/2 runs.*It did not answer/);
  await userEvent.type(screen.getByLabelText(/Price, reading/), "1");
  expect(screen.getByRole("button", { name: "Estimate the cost" })).toBeDisabled();
  await userEvent.type(screen.getByLabelText(/Price, writing/), "4");
  await userEvent.click(screen.getByRole("button", { name: "Estimate the cost" }));
  expect(await screen.findByText("at most 0.0396")).toBeInTheDocument();
  expect(screen.getByText("10 known, 20 unsettled")).toBeInTheDocument();
  expect(screen.getByText("You label items.")).toBeInTheDocument();
});

it("asks for consent before anything else, in Chinese too", async () => {
  const [endpoint] = LLM.endpoints;
  await renderApp("/projects/1/model", {
    "GET session/": CHINESE_SESSION,
    "GET projects/1/": PROJECT,
    ...QUIET_MODEL,
    "GET projects/1/model/": MODEL,
    "GET projects/1/llm/": {
      ...LLM,
      endpoints: [{ ...endpoint, consent: null, rest: null, is_own: false }],
      runs: [],
    },
    "POST projects/1/llm/consent/": LLM,
  });
  expect(await screen.findByText(/尚无人同意.*10\.0\.0\.5.*外部机构/)).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "开始运行" })).not.toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "同意发送文本" }));
  expect(await screen.findByRole("button", { name: "开始运行" })).toBeInTheDocument();
});
