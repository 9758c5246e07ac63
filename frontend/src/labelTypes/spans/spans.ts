/** What may be done to a list of spans. Pure; offsets are code points. */

import type { Span } from "../../core/schema";

function before(a: Span, b: Span): number {
  if (a.start !== b.start) return a.start - b.start;
  if (a.end !== b.end) return b.end - a.end;
  return a.category < b.category ? -1 : Number(a.category > b.category);
}

function overlaps(a: Span, b: Span): boolean {
  return a.start < b.end && b.start < a.end;
}

function holds(outer: Span, inner: Span): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

/** Two spans that may not stand in one answer. */
function excludes(a: Span, b: Span, isNested: boolean): boolean {
  if (!overlaps(a, b)) return false;
  return !isNested || !(holds(a, b) || holds(b, a));
}

function isSame(a: Span, b: Span): boolean {
  return a.start === b.start && a.end === b.end && a.category === b.category;
}

/**
 * Adds a span; the ones it may not stand beside give way. To mend a wrong border one selects the
 * right stretch and says the category once more.
 */
export function addSpan(spans: readonly Span[], span: Span, isNested: boolean): Span[] {
  const kept = spans.filter((other) => !isSame(other, span) && !excludes(other, span, isNested));
  return [...kept, span].sort(before);
}

export function relabelSpan(spans: readonly Span[], index: number, category: string): Span[] {
  const changed = spans.map((span, at) => (at === index ? { ...span, category } : span));
  const unique = changed.filter((span, at) => changed.findIndex((b) => isSame(span, b)) === at);
  return unique.sort(before);
}

/** The span with exactly these borders. */
export function spanAt(spans: readonly Span[], start: number, end: number): number | null {
  const index = spans.findIndex((span) => span.start === start && span.end === end);
  return index === -1 ? null : index;
}

/** The shortest span around a place. */
export function innermostAt(spans: readonly Span[], place: number): number | null {
  let best: number | null = null;
  spans.forEach((span, index) => {
    if (place < span.start || place >= span.end) return;
    const current = best === null ? undefined : spans[best];
    if (!current || span.end - span.start <= current.end - current.start) best = index;
  });
  return best;
}

/** Without the spans that touch the stretch. */
export function removeWithin(spans: readonly Span[], start: number, end: number): Span[] {
  return spans.filter((span) => span.end <= start || span.start >= Math.max(end, start + 1));
}

/** The span after (or before) the selected stretch; null past the last (or first) one. */
export function neighbourOf(
  spans: readonly Span[],
  stretch: { start: number; end: number },
  direction: 1 | -1,
): number | null {
  const active = spanAt(spans, stretch.start, stretch.end);
  if (active !== null) {
    const next = active + direction;
    return next in spans ? next : null;
  }
  const index =
    direction === 1
      ? spans.findIndex((span) => span.start >= stretch.start)
      : spans.findLastIndex((span) => span.start < stretch.start);
  return index === -1 ? null : index;
}
