import { useState } from "react";
import { useFormat } from "../format";
import classes from "./Bars.module.css";
import { roundUp } from "./scale";

interface Series {
  key: string;
  label: string;
  color: string;
}

interface Bar {
  /** Shown below, at every few bars. */
  tick: string;
  /** One number for each series, bottom first. */
  values: readonly number[];
}

interface Props {
  series: readonly Series[];
  bars: readonly Bar[];
  label: string;
  height?: number;
  /** Every how many bars a tick is written. */
  tickEvery?: number;
}

const GAP = 0.22;

function Stack({
  bar,
  at,
  of,
  max,
  height,
  series,
}: {
  bar: Bar;
  at: number;
  of: number;
  max: number;
  height: number;
  series: readonly Series[];
}) {
  let top = height;
  const width = 100 / of;
  return series.map(({ key, color }, index) => {
    const size = ((bar.values[index] ?? 0) / max) * height;
    top -= size;
    return size > 0 ? (
      <rect
        key={key}
        x={`${(at + GAP / 2) * width}%`}
        width={`${(1 - GAP) * width}%`}
        y={top}
        height={Math.max(size, 1)}
        rx={1.5}
        fill={color}
      />
    ) : null;
  });
}

export function Bars({ series, bars, label, height = 184, tickEvery = 4 }: Props) {
  const format = useFormat();
  const [hovered, setHovered] = useState<number | null>(null);
  const sums = bars.map(({ values }) => values.reduce((sum, value) => sum + value, 0));
  const max = roundUp(Math.max(0, ...sums));
  const shown = hovered === null ? undefined : bars[hovered];
  return (
    <figure className={classes.figure}>
      <figcaption className={classes.caption}>
        {shown ? <strong>{shown.tick}</strong> : null}
        {series.map(({ key, label: name, color }, index) => (
          <span key={key} className={classes.key}>
            <span className={classes.swatch} style={{ background: color }} aria-hidden />
            {name}
            {shown ? <b>{format.number(shown.values[index] ?? 0)}</b> : null}
          </span>
        ))}
      </figcaption>
      <div className={classes.plot}>
        <div className={classes.axis} style={{ height }} aria-hidden>
          <span>{format.number(max)}</span>
          <span>{max >= 2 ? format.number(max / 2) : ""}</span>
          <span>0</span>
        </div>
        <div>
          <svg width="100%" height={height} role="img" aria-label={label} className={classes.svg}>
            {[0, 0.5, 1].map((share) => (
              <line key={share} x2="100%" y1={share * height} y2={share * height} />
            ))}
            {bars.map((bar, at) => (
              <g
                // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place in time
                key={at}
                className={classes.bar}
                onPointerEnter={() => setHovered(at)}
                onPointerLeave={() => setHovered(null)}
              >
                <rect
                  className={classes.hit}
                  x={`${(at * 100) / bars.length}%`}
                  width={`${100 / bars.length}%`}
                  height={height}
                />
                <Stack
                  bar={bar}
                  at={at}
                  of={bars.length}
                  max={max}
                  height={height}
                  series={series}
                />
              </g>
            ))}
          </svg>
          <div className={classes.ticks} aria-hidden>
            {bars.map((bar, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place in time
              <span key={at}>{(bars.length - 1 - at) % tickEvery === 0 ? bar.tick : ""}</span>
            ))}
          </div>
        </div>
      </div>
    </figure>
  );
}
