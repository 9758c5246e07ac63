type Json = Record<string, unknown>;

interface QuestionQuality {
  question: string;
  alpha: number | null;
  low: number | null;
  high: number | null;
}

interface Quality {
  settledBy: { consensus: number; adjudication: number; autoAccept: number; spread: number };
  perItem: number | null;
  agreement: QuestionQuality[];
  /** Share of gold labels met, by question. */
  gold: { question: string; items: number; accuracy: number }[];
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function numberOf(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

function entriesOf(value: unknown): [string, Json][] {
  if (!isJson(value)) return [];
  return Object.entries(value).filter((entry): entry is [string, Json] => isJson(entry[1]));
}

/**
 * A release keeps the report it was made with, and old releases must stay readable: so what a
 * report does not say is left out, not taken for an error.
 */
export function readQuality(report: Json): Quality {
  const settled = isJson(report.settled_by) ? report.settled_by : {};
  return {
    settledBy: {
      consensus: numberOf(settled.consensus) ?? 0,
      adjudication: numberOf(settled.adjudication) ?? 0,
      autoAccept: numberOf(settled.auto_accept) ?? 0,
      spread: numberOf(settled.spread) ?? 0,
    },
    perItem: numberOf(report.judgments_per_settled_item),
    agreement: entriesOf(report.agreement).map(([question, each]) => ({
      question,
      alpha: numberOf(each.alpha),
      low: numberOf(each.low),
      high: numberOf(each.high),
    })),
    gold: entriesOf(report.accuracy_on_gold).map(([question, each]) => ({
      question,
      items: numberOf(each.items) ?? 0,
      accuracy: numberOf(each.accuracy) ?? 0,
    })),
  };
}
