import type { Policy } from "../../../api/types";

export const DEFAULT_EXPERTS = {
  blind: true,
  double_read: 0,
  most_at_once: 5,
  overdue_hours: 24,
};

export const DEFAULT_MODEL = {
  order: "arrival" as const,
  blind_share: 0.15,
  control_share: 0,
  modes: {},
};

/** Of a policy that does not say it. */
export const MOST_AT_ONCE = 60;

/** Where a new project starts; the same as the server's own. */
export const DEFAULT_POLICY: Policy = {
  min_overlap: 2,
  max_overlap: 3,
  measure: "posterior",
  threshold: 0.9,
  assumed_accuracy: 0.8,
  dispute: { questions: "required", on: "exhausted", unsure_votes: 0, skips: 3 },
  prediction: "hidden",
  model: DEFAULT_MODEL,
  count_models: true,
  lease_seconds: 900,
  most_at_once: MOST_AT_ONCE,
  prices: null,
  rules: [],
  audit: 0,
  budget: null,
  experts: DEFAULT_EXPERTS,
  gold_rate: 0,
  ladder: true,
};
