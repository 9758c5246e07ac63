import type { Acceptance } from "../../api/types";

/** What is to be said of a batch now; the words are `decision.<this>`. */
export type Decision =
  | "stale"
  | "waits"
  | "ready"
  | "proven"
  | "more"
  | "hopeless"
  | "accepting"
  | "stopped"
  | "accepted"
  | "broken"
  | "reopened"
  | "cancelled";

function whileAudited({ stale, verdict, audited, drawn }: Acceptance): Decision {
  if (stale) return "stale";
  if (verdict?.is_proven) return "proven";
  if (verdict?.is_hopeless) return "hopeless";
  if (audited >= drawn) return "ready";
  return verdict ? "more" : "waits";
}

const ENDED = {
  accepted: "accepted",
  reopening: "broken",
  reopened: "reopened",
  cancelled: "cancelled",
} as const;

export function isAtWork({ job }: Acceptance): boolean {
  return job?.state === "queued" || job?.state === "running";
}

export function decisionOf(batch: Acceptance): Decision {
  if (batch.state === "auditing") return whileAudited(batch);
  if (batch.state === "accepting") return isAtWork(batch) ? "accepting" : "stopped";
  return ENDED[batch.state];
}

export function isLive({ state }: Acceptance): boolean {
  return state === "auditing" || state === "accepting" || state === "reopening";
}
