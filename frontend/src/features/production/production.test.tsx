import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { Production, ProductionCase } from "../../api/types";
import { renderApp } from "../../testing/renderApp";
import { CHINESE_SESSION, PROJECT, SESSION } from "../../testing/samples";

const NOTHING: Production = {
  has_model: false,
  is_answered: false,
  applications: 0,
  rules: { uncertain_below: 0.6, random_share: 0.05, most_a_day: 50, drift_most_a_day: 20 },
  opened_today: { feedback: 0, drift: 0 },
  counts: {},
  funnel: [],
  drift: [],
  days: [],
};
const BUSY: Production = {
  ...NOTHING,
  has_model: true,
  is_answered: true,
  counts: { corrected: 8, labelled: 6, refuted: 1, released: 4, retrained: 4, fixed: 3 },
  drift: [
    {
      question: "mood",
      title: "Mood",
      at: "2026-11-24T10:00:00Z",
      is_drifting: true,
      labels: {
        before: 60,
        now: 100,
        g: 33.07,
        p: 0.00000001,
        stability: 0.88,
        risen: ['"sad"'],
        is_drifting: true,
      },
      vectors: null,
    },
  ],
};
const CASE: ProductionCase = {
  id: 4,
  item: 77,
  external_id: "order 7",
  preview: "A gift that broke",
  reason: "corrected",
  said: { mood: { label: "happy", confidence: 0.93, model_version: 3 } },
  calibrated: ["mood"],
  claim: { mood: "sad" },
  final: null,
  step: "waiting",
  received_at: "2026-11-24T10:00:00Z",
};

const GUIDELINE = PROJECT.guideline as NonNullable<typeof PROJECT.guideline>;
const MOOD = {
  id: "mood",
  type: "choice",
  title: "Mood",
  categories: [
    { id: "happy", title: "Happy face" },
    { id: "sad", title: "Sad face" },
  ],
} as const;
const OF_MOODS = {
  ...PROJECT,
  guideline: { ...GUIDELINE, schema: { ...GUIDELINE.schema, questions: [MOOD] } },
};

function replies(production: Production, cases: ProductionCase[]) {
  return {
    "GET projects/1/": OF_MOODS,
    "GET projects/1/production/": production,
    "GET projects/1/production/cases/": { results: cases, next: null },
    "GET projects/1/applications/": [],
  };
}

it("shows errors from report to fix, drift in numbers, and the latest cases", async () => {
  const untested = { ...CASE, id: 5, external_id: null, preview: "A letter", calibrated: [] };
  await renderApp("/projects/1/production", {
    "GET session/": SESSION,
    ...replies(BUSY, [CASE, untested]),
  });
  const funnel = within(await screen.findByRole("list"));
  const steps = funnel.getAllByRole("listitem").map((step) => step.textContent);
  expect(steps).toEqual([
    "8reported",
    "6confirmed by people",
    "4released",
    "4retrained on",
    "3fixed",
  ]);
  expect(
    screen.getByText("Of 1 more report people said that the model had been right."),
  ).toBeInTheDocument();
  expect(screen.getByText("p < 0.001")).toBeInTheDocument();
  expect(screen.getByText("Drifts")).toBeInTheDocument();
  expect(screen.getByText("Said more often than it was learned: Sad face")).toBeInTheDocument();
  const row = within(await screen.findByRole("row", { name: /A gift that broke/ }));
  expect(row.getByText("Corrected")).toBeInTheDocument();
  expect(row.getByText("93%")).toBeInTheDocument();
  expect(screen.getByRole("row", { name: /A letter/ })).not.toHaveTextContent("%");
  expect(row.getByText(/Happy face/)).toBeInTheDocument();
  expect(row.getByText("Sad face")).toBeInTheDocument();
  expect(row.getByText("Waits")).toBeInTheDocument();
  expect(row.getByRole("link", { name: "order 7" })).toHaveAttribute(
    "href",
    "/projects/1/items/77",
  );
});

it("says in Chinese that nothing has happened yet, and why applications are refused", async () => {
  await renderApp("/projects/1/production", {
    "GET session/": CHINESE_SESSION,
    ...replies(NOTHING, []),
  });
  expect(await screen.findByText("还没有生产错误反馈回来")).toBeInTheDocument();
  expect(screen.getByText("还没有可比较的数据")).toBeInTheDocument();
  expect(await screen.findByText("还没有来自生产的条目")).toBeInTheDocument();
  expect(screen.getByText(/还没有模型给出过预测/)).toBeInTheDocument();
});

it("sends the rules as shares, and shows a token once", async () => {
  const user = userEvent.setup();
  const { calls } = await renderApp("/projects/1/production", {
    "GET session/": SESSION,
    ...replies(BUSY, []),
    "PATCH projects/1/production/rules/": NOTHING.rules,
    "POST projects/1/applications/": {
      id: 3,
      name: "shop",
      made_by: "Lead",
      created_at: "2026-11-24T10:00:00Z",
      last_used_at: null,
      key: "the-key",
    },
  });
  const sure = await screen.findByRole("textbox", { name: "When less sure than" });
  await user.clear(sure);
  await user.type(sure, "75");
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("Saved")).toBeInTheDocument();
  expect(calls.find(({ method }) => method === "PATCH")?.body).toEqual({
    uncertain_below: 0.75,
    random_share: 0.05,
    most_a_day: 50,
    drift_most_a_day: 20,
  });
  await user.type(screen.getByRole("textbox", { name: "Name" }), "shop");
  await user.click(screen.getByRole("button", { name: "Connect" }));
  expect(await screen.findByDisplayValue("the-key")).toBeInTheDocument();
});

it("says what the server refuses", async () => {
  await renderApp("/projects/1/production", {
    "GET session/": SESSION,
    "GET projects/1/": PROJECT,
    "GET projects/1/production/": {
      status: 403,
      body: { code: "forbidden", message: "Not yours.", extra: {} },
    },
  });
  expect(await screen.findByRole("alert")).toBeInTheDocument();
});
