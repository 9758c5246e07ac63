import { VisuallyHidden } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { PolicyPreview } from "../../../api/types";
import { useFormat } from "../../../ui/format";
import classes from "./trial.module.css";

type Point = PolicyPreview["curve"][number];

interface Props {
  points: readonly Point[];
  /** What the form says a wrong label costs. */
  wrong: number;
}

const WIDTH = 320;
const HEIGHT = 204;
const LEFT = 42;
const RIGHT = 12;
const TOP = 26;
const BOTTOM = 38;

/** Where the points lie in the drawing; a range of nothing is drawn in the middle. */
function placesOf(points: readonly Point[]) {
  const costs = points.map((point) => point.cost_per_item);
  const errors = points.map((point) => point.expected_error);
  const [low, high] = [Math.min(...costs), Math.max(...costs)];
  const top = Math.max(...errors) * 1.1 || 0.01;
  const across = WIDTH - LEFT - RIGHT;
  const x = (cost: number) =>
    LEFT + (high > low ? (across * (cost - low)) / (high - low) : across / 2);
  const y = (error: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - error / top);
  return { x, y, low, high, top };
}

function Axes({ low, high, top }: { low: number; high: number; top: number }) {
  const { t } = useTranslation("setup");
  const format = useFormat();
  const floor = HEIGHT - BOTTOM;
  return (
    <g className={classes.axes}>
      {[0, 0.5, 1].map((share) => {
        const y = TOP + (floor - TOP) * (1 - share);
        return (
          <g key={share}>
            <line x1={LEFT} x2={WIDTH - RIGHT} y1={y} y2={y} />
            <text x={LEFT - 6} y={y + 4} textAnchor="end">
              {format.percent(top * share, 1)}
            </text>
          </g>
        );
      })}
      <text y={11}>{t("trial.figures.expected_error")}</text>
      <text x={LEFT} y={floor + 15}>
        {format.decimal(low)}
      </text>
      <text x={WIDTH - RIGHT} y={floor + 15} textAnchor="end">
        {high > low ? format.decimal(high) : ""}
      </text>
      <text x={(LEFT + WIDTH - RIGHT) / 2} y={floor + 31} textAnchor="middle">
        {t("trial.figures.cost_per_item")}
      </text>
    </g>
  );
}

function CurveTable({ points }: { points: readonly Point[] }) {
  const { t } = useTranslation("setup");
  const format = useFormat();
  return (
    <VisuallyHidden>
      <table>
        <caption>{t("trial.curve.title")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("policy.prices.wrong")}</th>
            <th scope="col">{t("trial.figures.cost_per_item")}</th>
            <th scope="col">{t("trial.figures.expected_error")}</th>
            <th scope="col">{t("trial.figures.expert_share")}</th>
          </tr>
        </thead>
        <tbody>
          {points.map((point) => (
            <tr key={point.wrong}>
              <th scope="row">{format.number(point.wrong)}</th>
              <td>{format.decimal(point.cost_per_item)}</td>
              <td>{format.percent(point.expected_error, 1)}</td>
              <td>{format.percent(point.expert_share, 1)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </VisuallyHidden>
  );
}

/** What paying more would buy: cost against expected error, along the price of a wrong label. */
export function CostCurve({ points, wrong }: Props) {
  const { t } = useTranslation("setup");
  const format = useFormat();
  if (points.length < 2) return null;
  const { x, y, low, high, top } = placesOf(points);
  // Prices that buy the same lie on one place: the chosen one is drawn last, above the others.
  const drawn = [...points].sort((a, b) => Number(a.wrong === wrong) - Number(b.wrong === wrong));
  const line = points.map((p) => `${x(p.cost_per_item)},${y(p.expected_error)}`).join(" ");
  return (
    <figure className={classes.curve}>
      <figcaption>
        <h3 className={classes.heading}>{t("trial.curve.title")}</h3>
        <p className={classes.small}>{t("trial.curve.note")}</p>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden>
        <Axes low={low} high={high} top={top} />
        <polyline points={line} />
        {drawn.map((point) => (
          <circle
            key={point.wrong}
            cx={x(point.cost_per_item)}
            cy={y(point.expected_error)}
            r={point.wrong === wrong ? 6 : 3.5}
            data-chosen={point.wrong === wrong || undefined}
          >
            <title>
              {t("trial.curve.point", {
                wrong: format.number(point.wrong),
                cost: format.decimal(point.cost_per_item),
                error: format.percent(point.expected_error, 1),
              })}
            </title>
          </circle>
        ))}
      </svg>
      <CurveTable points={points} />
    </figure>
  );
}
