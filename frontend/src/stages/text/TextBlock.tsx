import { type CSSProperties, memo, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Block } from "./blocks";
import { type Piece, type PlacedMark, piecesOf, sameMarks } from "./marks";
import { keepNamesWithin } from "./names";
import { watchNearness } from "./nearness";
import classes from "./TextStage.module.css";

interface Props {
  block: Block;
  index: number;
  marks: readonly PlacedMark[];
  /** Only blocks near the window are cut into pieces; the rest is one text node. */
  isWatched: boolean;
}

type Style = CSSProperties & Record<`--${string}`, string | number>;

function fillOf(mark: PlacedMark, rows: number): string[] {
  const ink = `var(--ink-${mark.row})`;
  const tint = `var(--tint-${mark.row})`;
  const line = `linear-gradient(${ink}, ${ink}) 0 calc(100% - ${rows - mark.row} * var(--row)) / 100% 2px no-repeat`;
  const body = `linear-gradient(${tint}, ${tint}) 0 0 / 100% calc(100% - ${rows} * var(--row) - 2px) no-repeat`;
  return mark.isQuiet ? [line] : [line, body];
}

function colorsOfMark(mark: PlacedMark): Style {
  return {
    [`--ink-${mark.row}`]: `light-dark(${mark.colors.inkOnLight}, ${mark.colors.inkOnDark})`,
    [`--tint-${mark.row}`]: `color-mix(in srgb, ${mark.colors.solid} var(--tint), transparent)`,
  };
}

function styleOf(marks: readonly PlacedMark[]): Style {
  const rows = Math.max(...marks.map((mark) => mark.row));
  const inner = [...marks].sort((a, b) => a.row - b.row);
  const style: Style = {
    background: inner.flatMap((mark) => fillOf(mark, rows)).join(", "),
    paddingBlockEnd: `calc(${rows} * var(--row) + 2px)`,
  };
  return Object.assign(style, ...marks.map(colorsOfMark));
}

function Names({ piece }: { piece: Piece }) {
  return piece.marks
    .filter((mark) => mark.start === piece.start)
    .map((mark) => (
      <span
        key={`${mark.row}`}
        className={classes.name}
        data-name={mark.name}
        style={
          {
            "--at": mark.row,
            color: `light-dark(${mark.colors.inkOnLight}, ${mark.colors.inkOnDark})`,
          } as Style
        }
        aria-hidden
      />
    ));
}

function PieceView({ piece }: { piece: Piece }) {
  if (piece.marks.length === 0) return piece.text;
  return (
    <mark className={classes.mark} style={styleOf(piece.marks)}>
      <Names piece={piece} />
      {piece.text}
    </mark>
  );
}

function useNearWindow(isWatched: boolean) {
  const ref = useRef<HTMLDivElement>(null);
  const [isNear, setIsNear] = useState(!isWatched);
  useEffect(() => {
    if (isWatched && ref.current) return watchNearness(ref.current, setIsNear);
    setIsNear(true);
  }, [isWatched]);
  return { ref, isNear };
}

function TextBlockView({ block, index, marks, isWatched }: Props) {
  const { ref, isNear } = useNearWindow(isWatched);
  const shown = isNear ? marks : [];
  const rows = Math.max(0, ...marks.map((mark) => mark.row));
  // biome-ignore lint/correctness/useExhaustiveDependencies: other marks have other names
  useLayoutEffect(() => {
    if (ref.current && marks.length > 0) return keepNamesWithin(ref.current);
  }, [ref, marks, isNear]);
  return (
    <div
      ref={ref}
      className={classes.block}
      data-block={index}
      data-watched={isWatched || undefined}
      style={{ "--rows": rows } as Style}
    >
      {shown.length === 0
        ? block.text
        : piecesOf(block, shown).map((piece) => <PieceView key={piece.start} piece={piece} />)}
    </div>
  );
}

export const TextBlock = memo(
  TextBlockView,
  (before, after) =>
    before.block === after.block &&
    before.index === after.index &&
    before.isWatched === after.isWatched &&
    sameMarks(before.marks, after.marks),
);
