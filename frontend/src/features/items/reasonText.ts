import type { TFunction } from "i18next";
import type { Reason } from "../../api/types";
import type { Format } from "../../ui/format";

/**
 * Why an item was routed as it was. The server's sentence is English; where we have words for its
 * code they are made from the same numbers. An adjudication's sentence is what the expert wrote.
 */
export function reasonText(reason: Reason, t: TFunction<"items">, format: Format): string {
  const share = reason.threshold;
  return t(`reasons.${reason.code}` as never, {
    ...reason,
    threshold: typeof share === "number" ? format.percent(share, 1) : share,
    defaultValue: reason.sentence,
  });
}
