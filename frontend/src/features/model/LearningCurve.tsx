import { useTranslation } from "react-i18next";
import type { BlindAccuracy, ModelState } from "../../api/types";
import { useFormat } from "../../ui/format";
import { Gap } from "../../ui/Gap";
import { Frame, xOf, yOf } from "./Frame";
import classes from "./model.module.css";

interface PointProps {
  version: number;
  blind: BlindAccuracy;
  x: number;
}

function Point({ version, blind, x }: PointProps) {
  const { t } = useTranslation("model");
  const format = useFormat();
  const share = blind.agreed / blind.compared;
  return (
    <g>
      <line
        x1={x}
        x2={x}
        y1={yOf(blind.low)}
        y2={yOf(blind.high)}
        stroke="var(--stage-settled)"
        strokeWidth={2}
      />
      <circle cx={x} cy={yOf(share)} r={4} fill="var(--stage-settled)">
        <title>
          {t("curve.point", {
            version,
            share: format.percent(share, 1),
            count: blind.compared,
          })}
        </title>
      </circle>
    </g>
  );
}

/** Accuracy by labels learned from, of the versions that enough items judged blind speak of. */
export function LearningCurve({ versions }: { versions: readonly ModelState[] }) {
  const { t } = useTranslation("model");
  const format = useFormat();
  // Neither a language model nor somebody else's learns from labels here, and a version that was
  // gone back to learns from no more.
  const inOrder = versions
    .filter(({ kind, copy_of }) => kind !== "llm" && kind !== "catalogue" && copy_of === null)
    .reverse();
  const most = Math.max(1, ...inOrder.map((version) => version.trained_on));
  const marks = [0, 0.5, 1].map(
    (share) => [share, format.number(Math.round(share * most))] as const,
  );
  const judged = inOrder.filter(({ blind }) => blind?.is_enough);
  return (
    <figure className={classes.chart}>
      <h3 className={classes.chartTitle}>{t("curve.title")}</h3>
      {judged.length === 0 ? null : (
        <Frame label={t("curve.label")} x={t("curve.x")} y={t("columns.accuracy")} marks={marks}>
          <polyline
            points={judged
              .map(({ blind, trained_on }) => {
                const share = blind ? blind.agreed / blind.compared : 0;
                return `${xOf(trained_on / most)},${yOf(share)}`;
              })
              .join(" ")}
            fill="none"
            stroke="var(--ink-3)"
            strokeDasharray="4 3"
          />
          {judged.map(({ version, blind, trained_on }) =>
            blind ? (
              <Point key={version} version={version} blind={blind} x={xOf(trained_on / most)} />
            ) : null,
          )}
        </Frame>
      )}
      <figcaption>
        {t("curve.caption")}
        <Gap />
        {judged.length === 0 ? t("curve.noBlind") : null}
      </figcaption>
    </figure>
  );
}
