import { useTranslation } from "react-i18next";
import type { ModelState } from "../../api/types";
import { useFormat } from "../../ui/format";
import { Frame, xOf, yOf } from "./Frame";
import classes from "./model.module.css";

/** Accuracy by labels learned from: on items judged blind, with intervals, and out of fold. */
export function LearningCurve({ versions }: { versions: readonly ModelState[] }) {
  const { t } = useTranslation("model");
  const format = useFormat();
  // A language model learns from no labels, and a version that was gone back to from no more.
  const inOrder = versions
    .filter(({ kind, copy_of }) => kind !== "llm" && copy_of === null)
    .reverse();
  const most = Math.max(1, ...inOrder.map((version) => version.trained_on));
  const at = (version: ModelState) => xOf(version.trained_on / most);
  const fitted = inOrder.filter(({ quality }) => quality !== null);
  const judged = inOrder.filter(({ blind }) => blind !== null);
  if (fitted.length === 0 && judged.length === 0) return null;
  const marks = [0, 0.5, 1].map(
    (share) => [share, format.number(Math.round(share * most))] as const,
  );
  return (
    <figure className={classes.chart}>
      <h3 className={classes.chartTitle}>{t("curve.title")}</h3>
      <Frame label={t("curve.label")} x={t("curve.x")} y={t("columns.accuracy")} marks={marks}>
        <polyline
          points={fitted.map((v) => `${at(v)},${yOf(v.quality?.accuracy ?? 0)}`).join(" ")}
          fill="none"
          stroke="var(--ink-3)"
          strokeDasharray="4 3"
        />
        {judged.map((version) => {
          const { blind } = version;
          if (!blind) return null;
          return (
            <g key={version.version}>
              <line
                x1={at(version)}
                x2={at(version)}
                y1={yOf(blind.low)}
                y2={yOf(blind.high)}
                stroke="var(--stage-settled)"
                strokeWidth={2}
              />
              <circle
                cx={at(version)}
                cy={yOf(blind.agreed / blind.compared)}
                r={4}
                fill="var(--stage-settled)"
              >
                <title>
                  {t("curve.point", {
                    version: version.version,
                    share: format.percent(blind.agreed / blind.compared, 1),
                    count: blind.compared,
                  })}
                </title>
              </circle>
            </g>
          );
        })}
      </Frame>
      <figcaption>
        {t("curve.caption")} {judged.length === 0 ? t("curve.noBlind") : null}
      </figcaption>
    </figure>
  );
}
