/**
 * Places in a text. The wire counts Unicode code points, the browser counts UTF-16 units, and a
 * caret may only stand between graphemes (a family emoji is one step, not seven).
 */

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const words = new Intl.Segmenter(undefined, { granularity: "word" });

/** Segmenting is linear in its input, so only this much around the caret is looked at. */
const REACH = 512;

export interface Stretch {
  start: number;
  end: number;
}

function surrogatePairs(text: string): Uint32Array {
  const found: number[] = [];
  for (const match of text.matchAll(/[\ud800-\udbff][\udc00-\udfff]/g)) found.push(match.index);
  return Uint32Array.from(found);
}

/** How many of the sorted `places` lie before `limit`. */
function countBelow(places: Uint32Array, limit: (index: number) => number, offset: number) {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((places[middle] ?? 0) - limit(middle) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

export class TextIndex {
  readonly text: string;
  readonly #pairs: Uint32Array;

  constructor(text: string) {
    this.text = text;
    this.#pairs = surrogatePairs(text);
  }

  /** Length in code points. */
  get length(): number {
    return this.text.length - this.#pairs.length;
  }

  /** A place inside a surrogate pair counts as the place before it. */
  toCodePoint(unit: number): number {
    return unit - countBelow(this.#pairs, () => 0, unit);
  }

  toUnit(codePoint: number): number {
    return codePoint + countBelow(this.#pairs, (index) => index, codePoint);
  }

  /** The text between two code points. */
  slice(start: number, end: number): string {
    return this.text.slice(this.toUnit(start), this.toUnit(end));
  }
}

/** A line break ends every grapheme and every word, so it is a safe place to start looking. */
function windowAround(text: string, unit: number): Stretch {
  const from = Math.max(0, unit - REACH);
  const start = text.lastIndexOf("\n", Math.max(0, unit - 1)) + 1;
  const safeStart = start > from ? Math.max(0, start - 1) : startOfGraphemeRun(text, from);
  return { start: safeStart, end: Math.min(text.length, unit + REACH) };
}

/** Steps back to a space, which no grapheme crosses; gives up after another reach. */
function startOfGraphemeRun(text: string, from: number): number {
  const space = text.lastIndexOf(" ", from);
  return space > from - REACH && space >= 0 ? space : from;
}

function segmentsAround(text: string, unit: number, segmenter: Intl.Segmenter) {
  const around = windowAround(text, unit);
  return [...segmenter.segment(text.slice(around.start, around.end))].map((part) => ({
    start: around.start + part.index,
    end: around.start + part.index + part.segment.length,
    isWord: part.isWordLike ?? false,
  }));
}

/** The next place a caret may stand, in UTF-16 units. */
export function stepCharacter(text: string, unit: number, direction: 1 | -1): number {
  const parts = segmentsAround(text, unit, graphemes);
  if (direction === 1) return parts.find((part) => part.end > unit)?.end ?? text.length;
  return parts.findLast((part) => part.start < unit)?.start ?? 0;
}

/** To the end of this or the next word, or back to the start of this or the one before. */
export function stepWord(text: string, unit: number, direction: 1 | -1): number {
  const parts = segmentsAround(text, unit, words).filter((part) => part.isWord);
  const edge = segmentEdge(text, unit, direction);
  if (direction === 1) return parts.find((part) => part.end > unit)?.end ?? edge;
  return parts.findLast((part) => part.start < unit)?.start ?? edge;
}

/** The start of the next word: where one wants to stand to select it. */
export function nextWordStart(text: string, unit: number): number {
  const parts = segmentsAround(text, unit, words).filter((part) => part.isWord);
  return parts.find((part) => part.start > unit)?.start ?? segmentEdge(text, unit, 1);
}

function segmentEdge(text: string, unit: number, direction: 1 | -1): number {
  const around = windowAround(text, unit);
  if (direction === 1) return around.end;
  return unit - around.start > 1 ? around.start : Math.max(0, unit - REACH);
}

/** The word a caret touches, or the next one after it; null at the end of the text. */
export function wordAt(text: string, unit: number): Stretch | null {
  const parts = segmentsAround(text, unit, words).filter((part) => part.isWord);
  const found =
    parts.find((part) => part.start <= unit && unit < part.end) ??
    parts.find((part) => part.end === unit) ??
    parts.find((part) => part.start >= unit);
  return found ? { start: found.start, end: found.end } : null;
}

/** The stretch without the white space at its two ends. */
export function trimStretch(text: string, stretch: Stretch): Stretch {
  const inside = text.slice(stretch.start, stretch.end);
  const start = stretch.start + (inside.length - inside.trimStart().length);
  return { start, end: Math.max(start, start + inside.trim().length) };
}
