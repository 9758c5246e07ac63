import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { ItemDetail, Why, WhyDecision } from "../../../api/types";
import { renderApp } from "../../../testing/renderApp";
import { CHINESE_SESSION, PROJECT, SESSION } from "../../../testing/samples";
import { storyOf, surenessOf } from "./story";

const AT = "2026-11-01T10:0";

const ITEM: ItemDetail = {
  id: 7,
  external_id: "review-7",
  stage: "settled",
  data: { text: "It broke. Great." },
  metadata: {},
  needs: [],
  priority: 8,
  skips: [{ worker: "W-SHY", reason: "cannot", comment: "no idea", at: "2026-11-01T10:00:00Z" }],
  gold: null,
  judgments: [],
  predictions: [],
  finals: [],
  events: [],
} as unknown as ItemDetail;

function ballot(number: number, worker: string, answer: string) {
  return {
    number,
    worker,
    answer: { sentiment: answer },
    unsure: worker === "W-BO",
    comment: "",
    saw_prediction: false,
    at: `${AT}${number}:00Z`,
  };
}

const BALLOTS = [ballot(1, "W-AN", "pos"), ballot(2, "W-BO", "neg"), ballot(3, "W-CY", "neg")];
const INFORMATION = [0.35, 0.1, 0.5];
const CONFIDENCE = [0.2, 0.45, 0.91];

function decision(votes: number, changes: Partial<WhyDecision>): WhyDecision {
  return {
    at: `${AT}${votes}:30Z`,
    kind: "overlap.raised",
    code: "crowd_gains_more",
    sentence: "The server's English.",
    votes,
    min_overlap: 2,
    measure: "price",
    prices: { crowd: 1, expert: 5, wrong: 50, expert_accuracy: 0.95 },
    hurdle: 0.02,
    crowd_rate: 0.05,
    expert_rate: 0.01,
    facts: { posterior: votes === 2 ? 0.55 : 0.91 },
    ballots: BALLOTS.slice(0, votes),
    questions: {
      sentiment: {
        measure: "posterior",
        confidence: votes === 2 ? 0.55 : 0.91,
        agreement: 0.5,
        gates: true,
        posterior: votes === 2 ? { pos: 0.55, neg: 0.45 } : { pos: 0.09, neg: 0.91 },
        steps: BALLOTS.slice(0, votes).map(({ number, answer }) => ({
          vote: number,
          label: answer.sentiment,
          information: INFORMATION[number - 1] ?? 0,
          confidence: votes === 2 ? ([0.8, 0.55][number - 1] ?? 0) : (CONFIDENCE[number - 1] ?? 0),
        })),
      },
    },
    guideline_version: 2,
    policy_version: 4,
    crowd_version: votes === 2 ? null : 3,
    recomputes: true,
    model: [],
    why_not_cheaper: "",
    why_not_higher: "",
    ...changes,
  };
}

const WHY: Why = {
  item: 7,
  external_id: "review-7",
  stage: "settled",
  decisions: [
    decision(2, {}),
    decision(3, { kind: "item.settled", code: "nothing_worth_its_price", crowd_rate: 0.01 }),
  ],
  verdicts: [],
  accepted: [],
  spread: [],
  final: { answer: { sentiment: "neg" }, source: "consensus", confidence: 0.91, at: `${AT}4:00Z` },
  recomputes: true,
};

async function open(why: unknown, session: unknown = SESSION) {
  const page = await renderApp("/projects/1/items/7", {
    "GET session/": session,
    "GET projects/1/": PROJECT,
    "GET projects/1/items/7/": ITEM,
    "GET items/7/why/": why,
  });
  const title = await screen.findByRole("heading", { name: /Why this label|为何是这个标签/ });
  return { ...page, panel: within(title.closest("section") as HTMLElement) };
}

it("says who skipped the item and why, and that skips made it a dispute", async () => {
  const skipped = { ...decision(0, {}), code: "skipped", skips: 3, questions: {}, ballots: [] };
  const { panel } = await open({
    ...WHY,
    decisions: [{ ...skipped, kind: "dispute.opened" }],
  });
  expect(await panel.findByText("3 people skipped it, so an expert decides.")).toBeVisible();
  expect(panel.queryByText(/asked answered/)).not.toBeInTheDocument();
  const row = screen.getByRole("row", { name: /W-SHY/ });
  expect(row).toHaveTextContent("could not judge it“no idea”");
});

it("tells each vote once, in order, before the first decision that saw it", () => {
  const steps = storyOf(WHY);
  expect(steps.map((step) => (step.kind === "vote" ? step.ballot.worker : step.kind))).toEqual([
    "W-AN",
    "W-BO",
    "decision",
    "W-CY",
    "decision",
  ]);
});

it("gives a vote's weight as a share of what a faultless vote tells, and names who led", () => {
  const [first, , , third] = storyOf(WHY);
  if (first?.kind !== "vote" || third?.kind !== "vote") throw new Error("No votes.");
  expect(first.told[0]?.weight).toBeCloseTo(0.35 / Math.log(2));
  expect(first.told[0]).toMatchObject({ leading: "pos", confidence: 0.8 });
  expect(third.told[0]).toMatchObject({ leading: "neg", confidence: 0.91 });
});

it("shows how reliable each voter is where labels are no classes", () => {
  const shapes = decision(2, {});
  const [question] = Object.values(shapes.questions);
  if (!question) throw new Error("No question.");
  const { posterior: _, steps: __, ...rest } = question;
  const steps = [
    { vote: 1, label: "2 spans", weight: 0.93, information: 0.4, confidence: 0.7 },
    { vote: 2, label: "1 span", weight: 0.55, information: 0.01, confidence: 0.71 },
  ];
  const questions = { sentiment: { ...rest, steps } };
  const told = storyOf({
    decisions: [{ ...shapes, questions }],
    verdicts: [],
    accepted: [],
    spread: [],
  }).flatMap((step) => (step.kind === "vote" ? step.told : []));
  expect(told).toEqual([
    { question: "sentiment", weight: 0.93, leading: null, confidence: 0.7 },
    { question: "sentiment", weight: 0.55, leading: null, confidence: 0.71 },
  ]);
});

it("follows the server where two classes are as likely: the story names the same one", () => {
  const tied = decision(2, { facts: { consensus: ["pos"] } });
  const [question] = Object.values(tied.questions);
  if (!question) throw new Error("No question.");
  const questions = { sentiment: { ...question, posterior: { neg: 0.47, pos: 0.47 } } };
  const [first] = storyOf({
    decisions: [{ ...tied, questions }],
    verdicts: [],
    accepted: [],
    spread: [],
  });
  expect(first).toMatchObject({ told: [{ leading: "pos" }] });
});

it("is as sure as the least sure question that had to be sure", () => {
  const base = decision(2, {});
  const sure = (confidence: number, gates: boolean) => ({
    measure: "posterior",
    confidence,
    agreement: 1,
    gates,
  });
  expect(surenessOf({ ...base, questions: { a: sure(0.9, true), b: sure(0.2, false) } })).toBe(
    0.9,
  );
  expect(surenessOf({ ...base, questions: { b: sure(0.2, false) } })).toBe(0.2);
});

it("tells the story in words: votes, weights, decisions, versions, the final label", async () => {
  const { panel } = await open(WHY);
  expect(await panel.findByText("W-AN")).toBeInTheDocument();
  expect(panel.getByText("Unsure")).toBeInTheDocument();
  expect(panel.getByRole("meter", { name: "Weight of this person’s vote: 50.5%" })).toHaveValue(
    0.35 / Math.log(2),
  );
  expect(panel.getByText("then 91.0% for Negative")).toBeInTheDocument();
  expect(panel.getByText("One more vote was asked for")).toBeInTheDocument();
  expect(panel.getByText(/one more vote was expected to save 2.50 in mistakes/)).toBeVisible();
  expect(panel.getByText("The routing asks for at least 2 votes.")).toBeInTheDocument();
  expect(panel.getByText("After 2 votes it was only 55.0% sure.")).toBeInTheDocument();
  expect(panel.getByText(/would have saved at most 0.50 in mistakes, less than/)).toBeVisible();
  expect(panel.getByText("One more vote was expected to save more for its price.")).toBeVisible();
  expect(panel.getByText(/spent on an expert was expected to save only 0.50/)).toBeVisible();
  expect(panel.getAllByText("Recounted")).toHaveLength(2);
  expect(panel.getByText(/Guideline 2 · Routing 4 · Crowd 3/)).toBeInTheDocument();
  expect(panel.getByText("Final label")).toBeInTheDocument();
});

const MODEL: WhyDecision["model"][number] = {
  question: "sentiment",
  source: "head",
  label: "pos",
  share: 0.87,
  exponent: 0.75,
  measured_on: 212,
  needed: 30,
  was_shown: false,
  alone: { label: "neg", confidence: 0.8 },
  sentence: "The server's English.",
};

function withModel(changes: Partial<typeof MODEL>): Why {
  return { ...WHY, decisions: [decision(2, { model: [{ ...MODEL, ...changes }] })] };
}

it.each([
  [
    {},
    SESSION,
    "The model said Positive with 87.0%; it counted with exponent 0.75. Without it the votes say Negative, 80.0% sure.",
  ],
  [
    { alone: { label: null, confidence: 0.8 } },
    SESSION,
    "The model said Positive; that counted as the vote of one more worker, right in 87.0%. Without it the votes are 80.0% sure.",
  ],
  [{ was_shown: true, exponent: 0 }, SESSION, /was not counted once more/],
  [{ exponent: 0 }, SESSION, /counted with exponent 0, which is not at all: on 212 items/],
  [{ exponent: 0, measured_on: 4 }, SESSION, /not counted yet \(exponent 0\): .* judged 4 items/],
  [{ label: null, exponent: 0 }, SESSION, /^The model counted with exponent 0/],
  [
    {},
    CHINESE_SESSION,
    "模型认为是“Positive”，概率 87.0%；按指数 0.75 计入。不计模型，投票认为是“Negative”，把握 80.0%。",
  ],
])("says what the model said and how far it counted (%j)", async (changes, session, words) => {
  const { panel } = await open(withModel(changes), session);
  expect(await panel.findByText(words)).toBeInTheDocument();
});

it("tells what an expert decided, with the expert's words", async () => {
  const verdicts = [
    {
      at: `${AT}5:00Z`,
      expert: "W-EX",
      answer: { sentiment: "neg" },
      adopted: "A",
      sentence: "Irony.",
    },
  ];
  const { panel } = await open({ ...WHY, verdicts });
  expect(await panel.findByText("W-EX")).toBeInTheDocument();
  expect(panel.getByText("“Irony.”")).toBeInTheDocument();
});

it("warns where a recount comes to something else", async () => {
  const [first, last] = WHY.decisions;
  const decisions = [first, { ...last, recomputes: false }];
  const { panel } = await open({ ...WHY, decisions, recomputes: false });
  expect(await panel.findByRole("alert")).toHaveTextContent(
    "A recount does not come to the same decision",
  );
  expect(panel.getByText("Recount differs")).toBeInTheDocument();
  expect(panel.getAllByText("Recounted")).toHaveLength(1);
});

it("says so while nothing is decided, and when the story cannot be had", async () => {
  const { panel } = await open({ ...WHY, decisions: [], final: null });
  expect(await panel.findByText("No decision yet")).toBeInTheDocument();
});

it("offers to try again when the story cannot be had", async () => {
  const broken = { status: 404, body: { code: "not_found", message: "No such item." } };
  const { panel, calls } = await open(broken);
  const asked = () => calls.filter(({ path }) => path === "items/7/why/").length;
  const before = asked();
  await userEvent.click(await panel.findByRole("button", { name: "Try again" }));
  expect(asked()).toBeGreaterThan(before);
});

it("speaks Chinese, numbers and all", async () => {
  const { panel } = await open(WHY, CHINESE_SESSION);
  expect(await panel.findByText("追加一票")).toBeInTheDocument();
  expect(panel.getByText("2 票时把握只有 55.0%。")).toBeInTheDocument();
  expect(panel.getByText("此后“Negative”为 91.0%")).toBeInTheDocument();
  expect(panel.queryByText("The server's English.")).not.toBeInTheDocument();
});

it("tells how a model came to be trusted with a label that nobody voted on", async () => {
  const accepted = {
    at: `${AT}1:00Z`,
    answer: { sentiment: "neg" },
    sentence: "Model 2 is 97% sure.",
    acceptance: 4,
    question: "sentiment",
    model_version: 2,
    confidence: 0.97,
    target: 0.05,
    target_of_rest: 0.05,
    risk: 0.05,
    size: 240,
    look: 1,
    audited: 59,
    errors: 0,
    upper: 0.049,
    taken_back_at: null,
    recomputes: true,
  };
  const { panel } = await open({ ...WHY, decisions: [], accepted: [accepted] });
  expect(
    await panel.findByText(/The model was 97.0% sure. People judged 59 of 240/),
  ).toBeVisible();
  expect(panel.getByText("Recounted")).toBeVisible();
  expect(panel.getByText("Model 2 · Batch 4")).toBeVisible();
  expect(panel.queryByText("No decision yet")).toBeNull();
});
