import classes from "./IntervalBar.module.css";

interface Props {
  /** The best estimate; outside 0..1 it is drawn at the edge. */
  value: number | null;
  low: number | null;
  high: number | null;
  label: string;
  color?: string;
}

const HEIGHT = 18;
const MIDDLE = HEIGHT / 2;

function at(value: number): string {
  return `${Math.min(1, Math.max(0, value)) * 100}%`;
}

/** A number between 0 and 1 with the range it may really lie in. */
export function IntervalBar({ value, low, high, label, color = "var(--accent)" }: Props) {
  const hasRange = low !== null && high !== null;
  return (
    <svg className={classes.svg} width="100%" height={HEIGHT} role="img" aria-label={label}>
      <title>{label}</title>
      <line className={classes.track} x1="0" x2="100%" y1={MIDDLE} y2={MIDDLE} />
      {[0, 0.25, 0.5, 0.75, 1].map((tick) => (
        <line
          key={tick}
          className={classes.tick}
          x1={at(tick)}
          x2={at(tick)}
          y1={MIDDLE - 3}
          y2={MIDDLE + 3}
        />
      ))}
      {hasRange ? (
        <line
          x1={at(low)}
          x2={at(high)}
          y1={MIDDLE}
          y2={MIDDLE}
          stroke={color}
          strokeWidth={6}
          strokeLinecap="round"
          opacity={0.32}
        />
      ) : null}
      {value === null ? null : <circle cx={at(value)} cy={MIDDLE} r={5} fill={color} />}
    </svg>
  );
}
