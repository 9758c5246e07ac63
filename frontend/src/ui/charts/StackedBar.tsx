import type { ReactNode } from "react";
import { useFormat } from "../format";
import classes from "./StackedBar.module.css";

interface Part {
  key: string;
  label: string;
  value: number;
  color: string;
}

interface Props {
  parts: readonly Part[];
  /** What the whole bar tells, for those who cannot see it. */
  label: string;
  height?: number;
  /** Turns a part of the legend into a way to the things it counts. */
  renderLegend?: (part: Part, children: ReactNode) => ReactNode;
}

export function StackedBar({ parts, label, height = 14, renderLegend }: Props) {
  const format = useFormat();
  const total = parts.reduce((sum, { value }) => sum + value, 0);
  let from = 0;
  return (
    <div>
      <svg className={classes.bar} width="100%" height={height} role="img" aria-label={label}>
        <rect width="100%" height={height} fill="var(--line)" />
        {parts.map(({ key, value, color, label: name }) => {
          const share = total > 0 ? value / total : 0;
          const x = from;
          from += share;
          return share > 0 ? (
            <rect
              key={key}
              x={`${x * 100}%`}
              width={`${share * 100}%`}
              height={height}
              fill={color}
            >
              <title>{`${name}: ${format.number(value)} (${format.percent(share, 1)})`}</title>
            </rect>
          ) : null;
        })}
      </svg>
      <ul className={classes.legend}>
        {parts.map((part) => {
          const content = (
            <>
              <span className={classes.swatch} style={{ background: part.color }} aria-hidden />
              <span className={classes.name}>{part.label}</span>
              <span className={classes.value}>{format.number(part.value)}</span>
            </>
          );
          return <li key={part.key}>{renderLegend ? renderLegend(part, content) : content}</li>;
        })}
      </ul>
    </div>
  );
}
