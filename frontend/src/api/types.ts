/** The shapes of the server's API, in the words of the glossary. */

import type { Answer, ItemData, Label, LabelSchema, SchemaInput } from "../core/schema";

export type {
  Answer,
  BoxesQuestion,
  Category,
  Condition,
  ImageValue,
  InputValue,
  ItemData,
  Label,
  LabelSchema,
  Question,
  QuestionType,
  SchemaInput,
} from "../core/schema";

export type InputType = SchemaInput["type"];
export type Role = "owner" | "lead" | "expert" | "crowd";
export type Language = "en" | "zh-hans";
export type Theme = "light" | "dark" | "auto";
export type ProjectStage = "draft" | "open" | "paused" | "closed";
export type ItemStage = "new" | "open" | "disputed" | "settled" | "withdrawn";
export type Tier = "crowd" | "expert";

export interface Page<Row> {
  results: Row[];
  next: string | null;
}

export interface Problem {
  /** JSON pointer into what was sent; "" is the whole of it. */
  path: string;
  code: string;
  message: string;
}

// ---- who is here -------------------------------------------------------------------------

export interface User {
  id: number;
  username: string;
  display_name: string;
  language: Language;
  theme: Theme;
}

export interface Session {
  user: User | null;
  csrf_token: string;
}

export interface Token {
  id: number;
  name: string;
  created_at: string;
  last_used_at: string | null;
  /** Only in the answer to its creation. */
  key?: string;
}

export interface HomeProject {
  id: number;
  name: string;
  role: Role;
  stage: ProjectStage;
  input_types: InputType[];
  question_types: string[];
  items: number;
  settled: number;
  ready: number;
  disputes: number;
  judged_by_me: number;
}

export interface Organisation {
  id: number;
  name: string;
  role: "owner" | "lead" | "member";
}

export interface Home {
  projects: HomeProject[];
  can_create_project: boolean;
  organisations: Organisation[];
}

// ---- what may be said --------------------------------------------------------------------

export interface SchemaCheck {
  ok: boolean;
  problems: Problem[];
  answer_schema: unknown;
}

export interface Guideline {
  version: number;
  text: string;
  schema: LabelSchema;
  created_at: string;
}

// ---- projects ----------------------------------------------------------------------------

export interface Policy {
  min_overlap: number;
  max_overlap: number;
  measure: "posterior" | "agreement";
  threshold: number;
  assumed_accuracy: number;
  dispute: {
    questions: "required" | string[];
    on: "exhausted" | "disagreement";
    unsure_votes: number;
  };
  prediction: "hidden" | "shown";
  lease_seconds: number;
}

export interface Project {
  id: number;
  organisation: number;
  name: string;
  description: string;
  stage: ProjectStage;
  role: Role;
  guideline: Guideline | null;
  policy: Policy;
  policy_version: number;
  created_at: string;
  permissions: string[];
}

export interface NewProject {
  organisation?: number;
  name: string;
  description?: string;
  schema: LabelSchema;
  guideline_text?: string;
  policy?: Policy;
}

export interface Member {
  id: number;
  username: string;
  display_name: string;
  role: Role;
  pseudonym: string;
  is_active: boolean;
  judged: number;
  /** Only in the answer to the addition; shown once. */
  sign_in_link?: string;
}

export interface SignInLink {
  sign_in_link: string;
  expires_at: string;
}

// ---- intake ------------------------------------------------------------------------------

export type FileFormat = "jsonl" | "csv" | "label_studio";
export type JobKind = "import" | "prelabel" | "teach" | "release";
export type JobState = "queued" | "running" | "done" | "failed" | "cancelled";

export interface Job {
  id: number;
  kind: JobKind;
  state: JobState;
  done: number;
  total: number | null;
  result: Record<string, unknown>;
  error: string | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
}

export interface Rejection {
  row: number;
  code: string;
  message: string;
  path: string;
}

export interface Media {
  media: string;
  width: number;
  height: number;
  name: string;
}

// ---- items -------------------------------------------------------------------------------

export interface ItemRow {
  id: number;
  external_id: string | null;
  stage: ItemStage;
  overlap: number;
  judged: number;
  preview: string;
  final: { source: string; confidence: number | null } | null;
}

export interface ItemJudgment {
  id: number;
  worker: string;
  tier: Tier;
  answer: Answer;
  seconds: number | null;
  comment: string;
  unsure: boolean;
  counted: boolean;
  created_at: string;
}

export interface ItemPrediction {
  model_version: number | string;
  answer: Answer;
  score: number;
  scores: Record<string, number> | null;
}

export interface ItemFinal {
  id: number;
  answer: Answer;
  source: string;
  confidence: number | null;
  reason: Reason;
  decided_by: string | null;
  created_at: string;
}

/** Why an item was routed as it was; routing adds its numbers as further keys. */
export interface Reason {
  code: string;
  sentence: string;
  [detail: string]: unknown;
}

export interface TrailEvent {
  id: number;
  at: string;
  actor: string | null;
  kind: string;
  item: number | null;
  payload: Record<string, unknown>;
}

export interface ItemDetail {
  id: number;
  external_id: string | null;
  stage: ItemStage;
  data: ItemData;
  metadata: Record<string, unknown>;
  gold: Answer | null;
  judgments: ItemJudgment[];
  predictions: ItemPrediction[];
  finals: ItemFinal[];
  events: TrailEvent[];
}

// ---- the crowd's work --------------------------------------------------------------------

export interface Prediction {
  answer: Answer;
  score: number;
}

export interface Assignment {
  id: string;
  project: number;
  guideline_version: number;
  expires_at: string;
  item: { data: ItemData };
  prediction: Prediction | null;
}

export interface RecentJudgment {
  assignment: string;
  submitted_at: string;
  answer: Answer;
  /** Still changeable. */
  open: boolean;
}

export interface Work {
  project: { id: number; name: string };
  role: Role;
  guideline: Guideline;
  judged_by_me: number;
  ready: number;
  lease_seconds: number;
  recent: RecentJudgment[];
}

export interface Submission {
  submission_id: string;
  answer: Answer;
  comment?: string;
  unsure?: boolean;
  next?: boolean;
}

export interface SubmissionReply {
  judgment: number;
  status: "accepted" | "surplus";
  judged_by_me: number;
  next: Assignment | null;
}

export type SkipReason = "unclear" | "cannot" | "offensive" | "other";

// ---- the expert's desk -------------------------------------------------------------------

export interface Vote {
  /** "A", "B", ... : experts do not learn who voted. */
  voter: string;
  answer: Answer;
  comment: string;
  unsure: boolean;
}

export interface QuestionAgreement {
  observed: number | null;
  /** Voter by voter, in the order of `votes`. */
  distances: number[][];
}

export interface Dispute {
  item: number;
  stage: "disputed" | "settled";
  opened_at: string;
  data: ItemData;
  guideline_version: number;
  votes: Vote[];
  prediction: (Prediction & { scores: Record<string, number> | null }) | null;
  agreement: Record<string, QuestionAgreement>;
  consensus: Record<string, { label: Label; score: number }>;
  reason: Reason;
  held_by_me: boolean;
  held: boolean;
  lease_expires_at: string | null;
}

export interface DisputeRow {
  item: number;
  opened_at: string;
  preview: string;
  votes: number;
  agreement: number | null;
  reason: { code: string; sentence: string };
  held: boolean;
  held_by_me: boolean;
}

export interface Adjudication {
  submission_id: string;
  answer: Answer;
  adopted?: string;
  reason: string;
}

export interface AdjudicationReply {
  final: number;
  next: Dispute | null;
}

// ---- board -------------------------------------------------------------------------------

export interface ModelState {
  version: number;
  kind: "zero_shot" | "head";
  question: string;
  trained_on: number;
  quality: {
    labels: number;
    accuracy: number;
    log_loss: number;
    majority_accuracy: number;
    ece: number;
  } | null;
  acceptance: { compared: number; agreed: number };
  created_at: string;
  predicted: number;
}

export interface Board {
  items: {
    total: number;
    new: number;
    open: number;
    disputed: number;
    settled: number;
    withdrawn: number;
  };
  tiers: {
    crowd: {
      judgments: number;
      active_workers: number;
      last_hour: number;
      median_seconds: number | null;
    };
    expert: { adjudications: number; waiting: number; last_hour: number };
  };
  throughput: { at: string; crowd: number; expert: number }[];
  agreement: Record<
    string,
    {
      observed: number | null;
      alpha: number | null;
      low: number | null;
      high: number | null;
      items: number;
      metric: string;
    }
  >;
  settled_by: { consensus: number; adjudication: number };
  model: ModelState | null;
  workers: {
    pseudonym: string;
    tier: Tier;
    judged: number;
    last_seen: string | null;
    agreement_with_final: number | null;
  }[];
  updated_at: string;
}

export type LiveTopic = "board" | "jobs" | "disputes" | "items";

export interface ModelOverview {
  questions: {
    question: string;
    title?: string;
    usable: boolean;
    why_not: string | null;
    versions: ModelState[];
  }[];
  running: Job | null;
}

// ---- out ---------------------------------------------------------------------------------

export interface Release {
  number: number;
  state: "building" | "ready" | "failed";
  note: string;
  created_at: string;
  created_by: string;
  items: number;
  judgments: number;
  sha256: string | null;
  quality: Record<string, unknown>;
  files: { name: string; bytes: number; sha256: string }[];
}
