import type { ReactNode } from "react";
import { useFormat } from "../../ui/format";

const WIDTH = 320;
const HEIGHT = 220;
const LEFT = 44;
const BOTTOM = 38;
const MARGIN = 18;
const TICKS = [0, 0.25, 0.5, 0.75, 1];

export function xOf(share: number): number {
  return LEFT + share * (WIDTH - LEFT - MARGIN);
}

export function yOf(share: number): number {
  return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - MARGIN);
}

interface Props {
  label: string;
  /** What stands along the axes. */
  x: string;
  y: string;
  /** Marks of the x axis: their place as a share of it, and their text; per cents by default. */
  marks?: readonly (readonly [number, string])[];
  children: ReactNode;
}

/** The axes of a chart of shares. */
export function Frame({ label, x, y, marks, children }: Props) {
  const { percent } = useFormat();
  const across = marks ?? TICKS.map((tick) => [tick, percent(tick)] as const);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width="100%" role="img" aria-label={label}>
      {TICKS.map((tick) => (
        <g key={tick}>
          <line x1={xOf(0)} x2={xOf(1)} y1={yOf(tick)} y2={yOf(tick)} stroke="var(--line)" />
          <text x={LEFT - 6} y={yOf(tick) + 3} textAnchor="end" fontSize={8} fill="var(--ink-3)">
            {percent(tick)}
          </text>
        </g>
      ))}
      {across.map(([at, text]) => (
        <text
          key={at}
          x={xOf(at)}
          y={yOf(0) + 14}
          textAnchor="middle"
          fontSize={8}
          fill="var(--ink-3)"
        >
          {text}
        </text>
      ))}
      <text x={xOf(0.5)} y={HEIGHT - 6} textAnchor="middle" fontSize={9} fill="var(--ink-2)">
        {x}
      </text>
      <text
        transform={`translate(11 ${yOf(0.5)}) rotate(-90)`}
        textAnchor="middle"
        fontSize={9}
        fill="var(--ink-2)"
      >
        {y}
      </text>
      {children}
    </svg>
  );
}
