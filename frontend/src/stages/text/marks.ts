/** Spans over a block of text, cut into pieces that are each covered by the same marks. */

import type { CategoryColors } from "../../core/palette";
import { type Block, blockAt } from "./blocks";

export interface TextMark {
  /** UTF-16 units; `end` is exclusive. */
  start: number;
  end: number;
  name: string;
  colors: CategoryColors;
  /** Another question's or another voter's: drawn more quietly. */
  isQuiet?: boolean;
}

/** A mark with its row below the line; row 0 is next to the text. */
export interface PlacedMark extends TextMark {
  row: number;
}

export interface Piece {
  start: number;
  text: string;
  marks: PlacedMark[];
}

/** Widths in units of text: a name is set smaller than the text it stands under. */
function nameWidth(name: string): number {
  const wide = [...name].filter((sign) => sign > "\u2e80").length;
  return Math.ceil(wide * 0.7 + (name.length - wide) * 0.66) + 1;
}

/** Chinese and Japanese signs are about two Latin letters wide. */
function reachOf(mark: TextMark, text: string): number {
  const isWide = text.slice(mark.start, mark.end).charAt(0) > "\u2e80";
  const width = isWide ? Math.ceil(nameWidth(mark.name) / 1.8) : nameWidth(mark.name);
  return Math.max(mark.end, mark.start + width);
}

/**
 * Gives each mark the nearest free row. Short marks choose first, so that an inner span stands
 * closer to the text than the one around it; a name longer than its span reserves its own width.
 */
export function placeMarks(marks: readonly TextMark[], text: string): PlacedMark[] {
  const rows: { start: number; end: number }[][] = [];
  const placed = new Map<TextMark, number>();
  const order = [...marks].sort(
    (a, b) => a.end - a.start - (b.end - b.start) || a.start - b.start,
  );
  for (const mark of order) {
    const end = reachOf(mark, text);
    let row = 0;
    while (rows[row]?.some((taken) => taken.start < end && mark.start < taken.end)) row += 1;
    const taken = rows[row] ?? [];
    taken.push({ start: mark.start, end });
    rows[row] = taken;
    placed.set(mark, row);
  }
  return marks.map((mark) => ({ ...mark, row: placed.get(mark) ?? 0 }));
}

export function piecesOf(block: Block, marks: readonly PlacedMark[]): Piece[] {
  const end = block.start + block.text.length;
  const cuts = new Set([block.start, end]);
  for (const mark of marks) {
    cuts.add(Math.max(mark.start, block.start));
    cuts.add(Math.min(mark.end, end));
  }
  const sorted = [...cuts].sort((a, b) => a - b);
  return sorted.slice(0, -1).map((start, index) => {
    const stop = sorted[index + 1] ?? end;
    return {
      start,
      text: block.text.slice(start - block.start, stop - block.start),
      marks: marks.filter((mark) => mark.start <= start && mark.end >= stop),
    };
  });
}

/** The marks of each block, placed; a mark over a border is in both. */
export function marksByBlock(
  blocks: readonly Block[],
  marks: readonly TextMark[],
  text: string,
): Map<number, PlacedMark[]> {
  const found = new Map<number, TextMark[]>();
  for (const mark of marks) {
    const last = blockAt(blocks, Math.max(mark.start, mark.end - 1));
    for (let index = blockAt(blocks, mark.start); index <= last; index += 1) {
      const before = found.get(index);
      if (before) before.push(mark);
      else found.set(index, [mark]);
    }
  }
  // Rows are given block by block, so that ten thousand marks do not all look at each other.
  return new Map([...found].map(([index, inside]) => [index, placeMarks(inside, text)]));
}

export function sameMarks(a: readonly PlacedMark[], b: readonly PlacedMark[]): boolean {
  return (
    a.length === b.length &&
    a.every((mark, index) => {
      const other = b[index];
      return (
        other !== undefined &&
        mark.start === other.start &&
        mark.end === other.end &&
        mark.row === other.row &&
        mark.name === other.name &&
        mark.colors === other.colors &&
        mark.isQuiet === other.isQuiet
      );
    })
  );
}
