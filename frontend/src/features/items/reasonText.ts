import type { TFunction } from "i18next";
import type { Reason } from "../../api/types";
import type { Format } from "../../ui/format";

function numberOr(value: unknown, fallback: number): number {
  return typeof value === "number" ? value : fallback;
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** What a judgment of the tier was expected to save for each unit that it costs. */
export function worthOf(reason: Reason, tier: "crowd" | "expert"): number {
  return numberOr(reason[`${tier}_rate`], 0) / (numberOr(reason.hurdle, 0) || 1);
}

/**
 * Why an item was routed as it was. The server's sentence is English; where we have words for its
 * code they are made from the same numbers. An adjudication's sentence is what the expert wrote.
 */
export function reasonText(reason: Reason, t: TFunction<"items">, format: Format): string {
  const share = reason.threshold;
  const { posterior } = recordOf(reason.facts);
  const rule = recordOf(reason.rule);
  const accepted = recordOf(reason.accepted);
  const spread = recordOf(reason.spread);
  const sure = posterior ?? accepted.confidence;
  const [crowd, expert] = [worthOf(reason, "crowd"), worthOf(reason, "expert")];
  return t(`reasons.${reason.code}` as never, {
    ...reason,
    ...accepted,
    item: spread.item,
    context: spread.is_equal === true ? "equal" : undefined,
    shared: format.percent(numberOr(spread.shared, 0), 1),
    likeness: format.percent(numberOr(spread.likeness, 0), 1),
    target: format.chosenPercent(numberOr(accepted.target, 0)),
    risk: format.chosenPercent(numberOr(accepted.risk, 0)),
    count: numberOr(reason.votes, 0),
    threshold: typeof share === "number" ? format.chosenPercent(share) : share,
    sure: format.percent(typeof sure === "number" ? sure : null, 1),
    crowd: format.decimal(crowd),
    expert: format.decimal(expert),
    best: format.decimal(Math.max(crowd, expert)),
    rule: rule.name,
    action: t(`actions.${rule.then}` as never, { defaultValue: `${rule.then}` }),
    defaultValue: reason.sentence,
  });
}
