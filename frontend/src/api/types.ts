/**
 * The shapes of the server's API. They are generated from its OpenAPI document (`npm run api`);
 * here they get the names of the glossary, and labels and schemas, which depend on the project
 * and so are plain objects there, get their types.
 */

import type { Answer, ItemData, Label, LabelSchema } from "../core/schema";
import type { components } from "./schema";

export type {
  Answer,
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

type Schemas = components["schemas"];
/** `Shape` with some of its fields said more exactly. */
type With<Shape, Fields> = Omit<Shape, keyof Fields> & Fields;

export interface Page<Row> {
  results: Row[];
  next: string | null;
}

export type Role = Schemas["ProjectRole"];
export type Language = Schemas["LanguageEnum"];
export type Theme = Schemas["ThemeEnum"];
export type ProjectStage = Schemas["ProjectStage"];
export type ItemStage = Schemas["ItemStage"];
export type Problem = Schemas["ProblemOutput"];

// ---- who is here -------------------------------------------------------------------------

export type User = Schemas["UserOutput"];
export type Session = Schemas["SessionOutput"];
export type Token = Schemas["TokenOutput"];
export type Home = Schemas["HomeOutput"];
export type HomeProject = Schemas["HomeProjectOutput"];

// ---- projects ----------------------------------------------------------------------------

export type Guideline = With<Schemas["GuidelineOutput"], { schema: LabelSchema }>;
export type SchemaCheck = Schemas["LabelSchemaCheckOutput"];
type DisputeRule = With<Schemas["DisputeRule"], { questions: "required" | string[] }>;
/** `fact: {comparison: operand}`; all must hold. */
export type RuleWhen = Record<string, Record<string, number | boolean | string[]>>;
export type PolicyRule = With<Schemas["RuleDocument"], { when: RuleWhen }>;
export type Prices = Schemas["PricesDocument"];
export type Policy = With<
  Schemas["PolicyDocument"],
  { dispute: DisputeRule; rules: PolicyRule[]; prices: Prices | null }
>;
export type PolicyPreview = Schemas["PolicyPreviewOutput"];
export type Forecast = Schemas["ForecastOutput"];
export type Project = With<
  Schemas["ProjectOutput"],
  { guideline: Guideline | null; policy: Policy }
>;
export type NewProject = With<
  Schemas["ProjectsInputRequest"],
  { schema: LabelSchema; policy?: Policy }
>;
export type Member = Schemas["MemberOutput"];
export type Pool = Schemas["PoolOutput"];
export type MemberSkips = Schemas["MemberSkipsOutput"];
export type SkippedItem = Schemas["SkippedItemOutput"];
export type MemberRole = Schemas["WorkerRole"];
export type SignInLink = Schemas["LinkOutput"];
export type Rung = Schemas["Rung"];
export type Footing = Schemas["FootingOutput"];
export type Bounds = Schemas["BoundsOutput"];
export type Gold = With<Schemas["GoldOutput"], { answer: Answer }>;
export type Appeal = With<
  Schemas["AppealOutput"],
  { data: ItemData; answer: Answer; against: Answer | null }
>;

// ---- a worker's own record ---------------------------------------------------------------

export type AppealMark = Schemas["AppealMark"];
export type AppealSubject = Schemas["OwnAppealOutput"]["subject"];
export type Missed = With<Schemas["MissedOutput"], { data: ItemData; answer: Answer }>;
type Ruling = With<Schemas["RulingOutput"], { data: ItemData; answer: Answer; ruling: Answer }>;
export type Batch = With<Schemas["BatchOutput"], { missed: Missed[] }>;
export type OwnRecord = With<Schemas["RecordOutput"], { batches: Batch[]; rulings: Ruling[] }>;

// ---- intake ------------------------------------------------------------------------------

export type FileFormat = Schemas["FormatEnum"];
export type Job = Schemas["JobOutput"];
export type Rejection = Schemas["RejectionOutput"];
export type Media = Schemas["MediaOutput"];
export type ItemsTaken = Schemas["ItemsTakenOutput"];

// ---- items -------------------------------------------------------------------------------

/** Why an item was routed as it was; routing adds its numbers as further keys. */
export type Reason = Schemas["ReasonOutput"] & { [detail: string]: unknown };
export type TrailEvent = Schemas["EventOutput"];
export type ItemRow = Schemas["ItemRowOutput"];
export type ItemPage = Schemas["ItemPageOutput"];
export type SavedView = With<Schemas["ViewOutput"], { query: Record<string, string> }>;
export type ItemJudgment = With<Schemas["JudgmentOutput"], { answer: Answer }>;
type ItemPrediction = With<Schemas["PredictionOutput"], { answer: Answer }>;
export type ItemFinal = With<Schemas["FinalOutput"], { answer: Answer; reason: Reason }>;
export type ItemDetail = With<
  Schemas["ItemDetailOutput"],
  {
    data: ItemData;
    gold: Answer | null;
    judgments: ItemJudgment[];
    predictions: ItemPrediction[];
    finals: ItemFinal[];
  }
>;

type WhyBallot = With<Schemas["BallotOutput"], { answer: Answer }>;
/** What one vote says and tells, and how sure the votes are together after it. */
interface WhyStep {
  vote: number;
  label: Label;
  /** In nats; none where labels decide no polls, such as texts. */
  information?: number;
  /** How often the worker is right, 0..1; only where labels are no classes. */
  weight?: number;
  confidence: number;
}
interface WhyQuestion {
  measure: string;
  confidence: number;
  agreement: number;
  gates: boolean;
  /** By class, as text; only where labels are classes and judgments have prices. */
  posterior?: Record<string, number>;
  steps?: WhyStep[];
}
export type WhyDecision = With<
  Schemas["DecisionOutput"],
  { ballots: WhyBallot[]; questions: Record<string, WhyQuestion> }
> & { [detail: string]: unknown };
type WhyVerdict = With<Schemas["VerdictOutput"], { answer: Answer }>;
export type Why = With<
  Schemas["WhyOutput"],
  {
    decisions: WhyDecision[];
    verdicts: WhyVerdict[];
    final: With<Schemas["WhyFinalOutput"], { answer: Answer }> | null;
  }
>;

// ---- the crowd's work --------------------------------------------------------------------

export type Prediction = With<Schemas["ShownPrediction"], { answer: Answer }>;
export type Assignment = With<
  Schemas["AssignmentOutput"],
  {
    item: { data: ItemData };
    prediction: Prediction | null;
    earlier: With<Schemas["OwnEarlierOutput"], { answer: Answer }> | null;
    draft: With<Schemas["OwnDraft"], { answer: Answer }> | null;
  }
>;
export type RecentJudgment = With<
  Schemas["RecentOutput"],
  { answer: Answer; item: { data: ItemData } | null }
>;
export type Work = With<
  Schemas["WorkOutput"],
  { role: Role; guideline: Guideline; recent: RecentJudgment[] }
>;
export type Submission = Pick<Schemas["SubmitInputRequest"], "submission_id"> &
  Partial<Schemas["SubmitInputRequest"]> & { answer: Answer };
export type SubmissionReply = With<Schemas["SubmitOutput"], { next: Assignment | null }>;
export type SkipReason = Schemas["ReasonEnum"];

// ---- the expert's desk -------------------------------------------------------------------

type Vote = With<Schemas["VoteOutput"], { answer: Answer }>;
export type QuestionAgreement = Schemas["QuestionAgreement"];
export type Dispute = With<
  Schemas["DisputeOutput"],
  {
    data: ItemData;
    votes: Vote[];
    prediction: With<Schemas["ModelSays"], { answer: Answer }> | null;
    consensus: Record<string, { label: Label; score: number }>;
    reason: Reason;
    /** The own answer, as it was before the votes were shown. */
    own: Answer | null;
    readings: With<Schemas["ReadingOutput"], { answer: Answer }>[];
  }
>;
export type Anchoring = Schemas["AnchoringOutput"];
export type Precedents = With<
  Schemas["PrecedentsOutput"],
  { cases: With<Schemas["PrecedentOutput"], { answer: Answer }>[] }
>;
export type DisputeRow = Schemas["DisputeRowOutput"];
export type Adjudication = Pick<Schemas["AdjudicateInputRequest"], "submission_id" | "reason"> &
  Partial<Schemas["AdjudicateInputRequest"]> & { answer: Answer };
export type AdjudicationReply = With<Schemas["AdjudicateOutput"], { next: Dispute | null }>;

// ---- board, model, out -------------------------------------------------------------------

export type Board = Schemas["BoardOutput"];
export type ModelState = Schemas["ModelStateOutput"];
export type BlindAccuracy = Schemas["BlindAccuracyOutput"];
export type BlindParts = Schemas["BlindPartsOutput"];
export type ModelQuality = Schemas["ModelQuality"];
export type Tunings = Schemas["TuningOutput"];
export type Trial = Schemas["TrialOutput"];
export type TrialReport = Schemas["TrialReportOutput"];
export type ModelRest = Schemas["ModelRestOutput"];
export type Llm = Schemas["LlmOutput"];
export type LlmEndpoint = Schemas["EndpointOutput"];
export type LlmRun = Schemas["LlmRunOutput"];
export type LlmEstimate = Schemas["LlmEstimateOutput"];
export type LlmWish = Schemas["WishInputRequest"];
export type LlmOrder = Schemas["LlmRunsInputRequest"];
export type ModelOverview = Schemas["ModelOutput"];
export type Catalogue = Schemas["CatalogueOutput"];
export type CatalogueModel = Schemas["CatalogueModelOutput"];
export type CatalogueQuestion = Schemas["CatalogueQuestionOutput"];
export type ModelOffer = Schemas["ModelOfferOutput"];
export type ModelUse = Schemas["ModelUseOutput"];
export type Production = Schemas["ProductionOutput"];
export type ProductionRules = Schemas["ProductionRulesOutput"];
export type Application = Schemas["ApplicationOutput"];
export interface ProductionSaid {
  label: Label;
  confidence: number;
  model_version: number | null;
}
export type ProductionCase = With<
  Schemas["CaseOutput"],
  { said: Record<string, ProductionSaid>; claim: Answer | null; final: Answer | null }
>;
export type NearDuplicates = Schemas["NearDuplicatesOutput"];
export type SimilarItem = With<
  Schemas["SimilarItemOutput"],
  { final: { answer: Answer; source: Schemas["FinalSource"] } | null }
>;
export type Similar = With<Schemas["SimilarOutput"], { items: SimilarItem[] }>;
export type OwnSimilar = { results: { preview: string; answer: Answer; likeness: number }[] };
export type AutoAccept = Schemas["AutoAcceptOutput"];
export type Acceptance = Schemas["AcceptanceOutput"];
export type Outlook = Schemas["OutlookOutput"];
export type Release = Schemas["ReleaseOutput"];
export type ReleaseStarted = Schemas["ReleasesOutput"];

/** What a project's websocket says has changed. */
export type LiveTopic = "board" | "jobs" | "disputes" | "items" | "production";
