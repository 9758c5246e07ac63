import { describe, expect, it } from "vitest";
import { nextWordStart, stepCharacter, stepWord, TextIndex, trimStretch, wordAt } from "./offsets";

const FAMILY = "👨‍👩‍👧";

describe("TextIndex", () => {
  it("counts code points, not UTF-16 units", () => {
    const index = new TextIndex("a😀b");
    expect(index.length).toBe(3);
    expect([0, 1, 2, 3].map((place) => index.toUnit(place))).toEqual([0, 1, 3, 4]);
    expect([0, 1, 3, 4].map((unit) => index.toCodePoint(unit))).toEqual([0, 1, 2, 3]);
  });

  it("takes a place inside a surrogate pair for the place before it", () => {
    expect(new TextIndex("😀b").toCodePoint(1)).toBe(0);
  });

  it("goes there and back for every place of a mixed text", () => {
    const text = `中文${FAMILY} and 𝄞é\u0301`;
    const index = new TextIndex(text);
    const places = [...text].map((_, place) => place);
    expect(places.map((place) => index.toCodePoint(index.toUnit(place)))).toEqual(places);
  });

  it("cuts out what lies between two code points", () => {
    expect(new TextIndex("x😀中y").slice(1, 3)).toBe("😀中");
  });
});

describe("steps of the caret", () => {
  it("pass a family emoji and a combined accent in one go", () => {
    const text = `${FAMILY}e\u0301x`;
    const first = stepCharacter(text, 0, 1);
    expect(first).toBe(FAMILY.length);
    expect(stepCharacter(text, first, 1)).toBe(FAMILY.length + 2);
    expect(stepCharacter(text, first, -1)).toBe(0);
  });

  it("stay inside the text", () => {
    expect(stepCharacter("ab", 2, 1)).toBe(2);
    expect(stepCharacter("ab", 0, -1)).toBe(0);
    expect(stepWord("ab ", 3, 1)).toBe(3);
  });

  it("go to the end of a word and back to its start", () => {
    expect(stepWord("one two", 0, 1)).toBe(3);
    expect(stepWord("one two", 3, 1)).toBe(7);
    expect(stepWord("one two", 7, -1)).toBe(4);
  });

  it("find Chinese words, which have no spaces between them", () => {
    const text = "北京大学的研究人员";
    const stops = [stepWord(text, 0, 1)];
    expect(stops[0]).toBeGreaterThan(0);
    expect(stops[0]).toBeLessThan(text.length);
  });

  it("cross line breaks", () => {
    expect(nextWordStart("one\n\ntwo", 0)).toBe(5);
    expect(stepWord("one\n\ntwo", 5, -1)).toBe(0);
    expect(stepCharacter("a\nb", 2, -1)).toBe(1);
  });

  it("advance through a text far longer than what is looked at", () => {
    const text = "word ".repeat(2_000);
    expect(nextWordStart(text, 5_000)).toBe(5_005);
    expect(stepWord(text, 5_000, -1)).toBe(4_995);
  });

  it("cross white space longer than what is looked at, step by step", () => {
    const text = `a${" ".repeat(2_000)}b`;
    let place = 1;
    for (let steps = 0; steps < 10 && place < text.length; steps += 1)
      place = stepWord(text, place, 1);
    expect(place).toBe(text.length);
  });
});

describe("wordAt", () => {
  it("is the word around the caret, the one that ends there, or the next one", () => {
    expect(wordAt("one two", 1)).toEqual({ start: 0, end: 3 });
    expect(wordAt("one two", 3)).toEqual({ start: 0, end: 3 });
    expect(wordAt("  two", 0)).toEqual({ start: 2, end: 5 });
    expect(wordAt("one ", 4)).toBeNull();
  });
});

it("trimStretch leaves the white space at the ends out", () => {
  expect(trimStretch("a  bc  d", { start: 1, end: 7 })).toEqual({ start: 3, end: 5 });
  expect(trimStretch("a   d", { start: 1, end: 4 })).toEqual({ start: 4, end: 4 });
});
