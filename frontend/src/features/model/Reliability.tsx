import { useTranslation } from "react-i18next";
import type { BlindAccuracy } from "../../api/types";
import { useFormat } from "../../ui/format";
import { Frame, xOf, yOf } from "./Frame";
import classes from "./model.module.css";

const LARGEST_DOT = 7;

/** How often the model was right, by how sure it was; on the diagonal its word can be taken. */
export function Reliability({ blind }: { blind: BlindAccuracy }) {
  const { t } = useTranslation("model");
  const format = useFormat();
  const { calibration, compared } = blind;
  // With too few items the dots would be chance, and be believed.
  const reliability = calibration.is_enough ? blind.reliability : [];
  const most = Math.max(...reliability.map(({ labels }) => labels));
  const label = calibration.is_enough
    ? t(calibration.is_off ? "reliability.off" : "reliability.sound", {
        ece: format.percent(calibration.ece, 1),
        chance: format.percent(calibration.by_chance, 1),
      })
    : t("blind.tooFew", { count: compared, needed: calibration.needed });
  return (
    <figure className={classes.chart}>
      <h3 className={classes.chartTitle}>{t("reliability.title")}</h3>
      <Frame label={label} x={t("reliability.x")} y={t("reliability.y")}>
        <line
          x1={xOf(0)}
          y1={yOf(0)}
          x2={xOf(1)}
          y2={yOf(1)}
          stroke="var(--ink-3)"
          strokeDasharray="3 3"
        />
        {reliability.map((bin) => (
          <g key={bin.confidence}>
            <line
              x1={xOf(bin.confidence)}
              x2={xOf(bin.confidence)}
              y1={yOf(bin.confidence)}
              y2={yOf(bin.accuracy)}
              stroke="var(--stage-disputed)"
              strokeWidth={1.5}
            />
            <circle
              cx={xOf(bin.confidence)}
              cy={yOf(bin.accuracy)}
              r={Math.max(2.5, LARGEST_DOT * Math.sqrt(bin.labels / most))}
              fill="var(--stage-settled)"
            >
              <title>
                {t("reliability.bin", {
                  confidence: format.percent(bin.confidence, 1),
                  accuracy: format.percent(bin.accuracy, 1),
                  count: bin.labels,
                })}
              </title>
            </circle>
          </g>
        ))}
      </Frame>
      <figcaption>{label}</figcaption>
    </figure>
  );
}
