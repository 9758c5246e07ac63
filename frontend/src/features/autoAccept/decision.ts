import type { Acceptance, AutoAccept, Outlook } from "../../api/types";

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

/** Why no batch can be drawn; the words are `noDraw.<this>`. */
export type NoDraw = "unsure" | "accepted" | "nothingOpen";

/** How sure the model is at least of what it accepted already: the next batch lies below. */
export function lowestAccepted(
  results: readonly Acceptance[],
  { question, model_version }: AutoAccept["questions"][number],
): number {
  const same = results.filter(
    (batch) =>
      batch.state === "accepted" &&
      batch.question === question &&
      batch.model_version === model_version,
  );
  return Math.min(...same.map(({ low }) => low), Number.POSITIVE_INFINITY);
}

/**
 * Null when the next step has open items, or may have: an estimate may miss a few. Whether they are
 * worth it, the server says.
 */
export function whyNoDraw({ steps }: Outlook, below: number): NoDraw | null {
  if (steps.length === 0) return "unsure";
  const next = steps.find(({ low }) => low < below);
  if (!next) return "accepted";
  return next.items === 0 && !next.is_estimate ? "nothingOpen" : null;
}
