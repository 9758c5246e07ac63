import { useTranslation } from "react-i18next";
import type { BlindAccuracy } from "../../api/types";
import { useFormat } from "../../ui/format";
import classes from "./model.module.css";

/** What always naming the most frequent class would reach: the bar to beat. Texts with spans are
 * all counted as one without a name, and nobody could always say the same of them. */
function majorityOf({ classes: found, compared }: BlindAccuracy): number {
  const named = found.filter(({ label }) => label !== "");
  return Math.max(0, ...named.map((each) => each.compared)) / compared;
}

/** Accuracy on items judged blind with its interval, beside the bar to beat. */
export function AccuracyBar({ blind }: { blind: BlindAccuracy }) {
  const { t } = useTranslation("model");
  const format = useFormat();
  const accuracy = blind.agreed / blind.compared;
  const majority = majorityOf(blind);
  const label = t("accuracyBar", {
    accuracy: format.percent(accuracy, 1),
    low: format.percent(blind.low, 1),
    high: format.percent(blind.high, 1),
    majority: format.percent(majority, 1),
  });
  return (
    <figure className={classes.accuracy}>
      <svg width="100%" height={18} role="img" aria-label={label}>
        <rect y={4} width="100%" height={10} rx={5} fill="var(--line)" />
        <rect
          y={4}
          width={`${accuracy * 100}%`}
          height={10}
          rx={5}
          fill={accuracy > majority ? "var(--stage-settled)" : "var(--stage-disputed)"}
        />
        <line
          x1={`${blind.low * 100}%`}
          x2={`${blind.high * 100}%`}
          y1={9}
          y2={9}
          stroke="var(--ink)"
          strokeWidth={2}
        />
        <line
          x1={`${majority * 100}%`}
          x2={`${majority * 100}%`}
          y1={0}
          y2={18}
          stroke="var(--ink)"
          strokeWidth={2}
        />
      </svg>
      <figcaption>{label}</figcaption>
    </figure>
  );
}
