import { describe, expect, it } from "vitest";
import { addSpan, innermostAt, neighbourOf, relabelSpan, removeWithin, spanAt } from "./spans";

const span = (start: number, end: number, category = "A") => ({ start, end, category });

describe("adding a span", () => {
  it("keeps the list in the order of the text", () => {
    expect(addSpan([span(5, 8)], span(0, 3), false)).toEqual([span(0, 3), span(5, 8)]);
  });

  it("replaces what it overlaps where nothing may be nested", () => {
    expect(addSpan([span(0, 4), span(6, 9)], span(2, 5), false)).toEqual([span(2, 5), span(6, 9)]);
  });

  it("keeps what it holds or what holds it where nesting is allowed, but not what it crosses", () => {
    const spans = [span(0, 10), span(3, 5), span(8, 12)];
    expect(addSpan(spans, span(2, 9), true)).toEqual([span(0, 10), span(2, 9), span(3, 5)]);
  });

  it("is no second time the same", () => {
    expect(addSpan([span(0, 3)], span(0, 3), true)).toEqual([span(0, 3)]);
  });

  it("lets spans touch", () => {
    expect(addSpan([span(0, 3)], span(3, 5), false)).toHaveLength(2);
  });
});

it("relabelling makes no duplicate", () => {
  expect(relabelSpan([span(0, 3, "A"), span(0, 3, "B")], 0, "B")).toEqual([span(0, 3, "B")]);
});

it("finds spans by borders and by place", () => {
  const spans = [span(0, 10), span(2, 4)];
  expect(spanAt(spans, 2, 4)).toBe(1);
  expect(innermostAt(spans, 3)).toBe(1);
  expect(innermostAt(spans, 4)).toBe(0);
  expect(innermostAt(spans, 10)).toBeNull();
});

it("removes what touches the caret or the selection", () => {
  const spans = [span(0, 3), span(5, 8)];
  expect(removeWithin(spans, 1, 1)).toEqual([span(5, 8)]);
  expect(removeWithin(spans, 4, 4)).toEqual(spans);
  expect(removeWithin(spans, 0, 9)).toEqual([]);
});

it("walks from span to span and stops at the ends", () => {
  const spans = [span(0, 3), span(5, 8)];
  expect(neighbourOf(spans, { start: 0, end: 0 }, 1)).toBe(0);
  expect(neighbourOf(spans, spans[0] ?? span(0, 0), 1)).toBe(1);
  expect(neighbourOf(spans, spans[1] ?? span(0, 0), 1)).toBeNull();
  expect(neighbourOf(spans, { start: 4, end: 4 }, -1)).toBe(0);
});
