import classes from "./Sparkline.module.css";

interface Props {
  values: readonly number[];
  label: string;
  color?: string;
}

const WIDTH = 100;
const HEIGHT = 28;

/** The shape of a series, without its numbers: it stands beside the number it belongs to. */
export function Sparkline({ values, label, color = "var(--accent)" }: Props) {
  const max = Math.max(1, ...values);
  const step = WIDTH / Math.max(1, values.length - 1);
  const points = values.map(
    (value, index) =>
      `${(index * step).toFixed(2)},${(HEIGHT - 2 - (value / max) * (HEIGHT - 4)).toFixed(2)}`,
  );
  return (
    <svg
      className={classes.svg}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <polygon
        points={`0,${HEIGHT} ${points.join(" ")} ${WIDTH},${HEIGHT}`}
        fill={color}
        opacity={0.12}
      />
      <polyline
        points={points.join(" ")}
        fill="none"
        stroke={color}
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
