import { useTranslation } from "react-i18next";
import { useFormat } from "../../ui/format";
import classes from "./model.module.css";

interface Props {
  accuracy: number;
  /** What always naming the most frequent category would reach: the bar to beat. */
  majority: number;
}

export function AccuracyBar({ accuracy, majority }: Props) {
  const { t } = useTranslation("model");
  const format = useFormat();
  const label = t("accuracyBar", {
    accuracy: format.percent(accuracy, 1),
    majority: format.percent(majority, 1),
  });
  const better = accuracy > majority;
  return (
    <figure className={classes.accuracy}>
      <svg width="100%" height={18} role="img" aria-label={label}>
        <rect y={4} width="100%" height={10} rx={5} fill="var(--line)" />
        <rect
          y={4}
          width={`${accuracy * 100}%`}
          height={10}
          rx={5}
          fill={better ? "var(--stage-settled)" : "var(--stage-disputed)"}
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
