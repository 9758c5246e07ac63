import type { Board, Home, Project, Session, User } from "../api/types";

const USER: User = {
  id: 1,
  username: "lin",
  display_name: "Lin",
  language: "en",
  theme: "auto",
  has_password: true,
};

export const SESSION: Session = { user: USER, csrf_token: "token" };

export const CHINESE_SESSION: Session = {
  ...SESSION,
  user: { ...USER, language: "zh-hans" },
};

export const NOBODY: Session = { user: null, csrf_token: "token" };

export const HOME: Home = {
  can_create_project: true,
  organisations: [{ id: 1, name: "Lab", role: "owner" }],
  projects: [
    {
      id: 2,
      name: "Heritage sites",
      role: "crowd",
      stage: "open",
      input_types: ["image"],
      question_types: ["boxes"],
      items: 900,
      settled: 212,
      ready: 688,
      disputes: 0,
      judged_by_me: 128,
      rung: "none",
    },
  ],
};

export const PROJECT: Project = {
  id: 1,
  organisation: 1,
  name: "Reviews",
  description: "",
  stage: "open",
  role: "lead",
  guideline: {
    version: 1,
    text: "Judge what is written.",
    created_at: "2026-11-01T10:00:00Z",
    schema: {
      inputs: [{ id: "text", type: "text", title: "Text" }],
      questions: [
        {
          id: "sentiment",
          type: "choice",
          title: "Sentiment",
          categories: [
            { id: "pos", title: "Positive" },
            { id: "neg", title: "Negative" },
          ],
        },
      ],
    },
  },
  policy: {
    min_overlap: 2,
    max_overlap: 3,
    measure: "posterior",
    threshold: 0.9,
    assumed_accuracy: 0.8,
    dispute: { questions: "required", on: "exhausted", unsure_votes: 0, skips: 3 },
    prediction: "hidden",
    count_models: true,
    lease_seconds: 900,
    prices: null,
    rules: [],
    audit: 0,
    budget: null,
    gold_rate: 0,
    ladder: true,
  },
  policy_version: 1,
  created_at: "2026-11-01T10:00:00Z",
  permissions: [],
};

export const BOARD: Board = {
  items: { total: 110, new: 40, open: 15, disputed: 5, held: 0, settled: 40, withdrawn: 10 },
  tiers: {
    crowd: { judgments: 200, active_workers: 3, last_hour: 20, median_seconds: 14 },
    expert: { adjudications: 7, waiting: 5, last_hour: 1 },
  },
  throughput: [{ at: "2026-11-01T10:00:00Z", crowd: 20, expert: 1 }],
  agreement: {
    sentiment: {
      observed: 0.9,
      alpha: 0.81,
      low: 0.7,
      high: 0.9,
      interval: [0.7, 0.9],
      ac1: 0.84,
      ac1_interval: [0.75, 0.92],
      kappa: 0.8,
      kappa_pairs: 3,
      items: 50,
      judgments: 120,
      metric: "krippendorff_nominal",
      is_complete: true,
      is_counting: false,
    },
  },
  settled_by: { consensus: 33, adjudication: 7, auto_accept: 0, spread: 0 },
  model: null,
  model_rest: null,
  workers: [],
  experts: {
    readings: 7,
    blind: 6,
    revealed: 5,
    changed: 1,
    change_rate: 0.2,
    ceiling: { sentiment: { items: 3, observed: 1, alpha: 1 } },
    waiting_for_second: 0,
    waiting_for_lead: 0,
    overdue: 0,
  },
  held: { waiting: 0, ready: 0 },
  bill: null,
  updated_at: "2026-11-01T10:00:00Z",
};

/** The panels of the model's page that mostly have nothing to say. */
export const QUIET_MODEL = {
  "GET projects/1/model/tuning/": { questions: [] },
  "GET projects/1/model/anchoring/": { questions: [] },
};
