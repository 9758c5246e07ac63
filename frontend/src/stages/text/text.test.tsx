import { screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { colorsOf } from "../../core/palette";
import { renderWithWords } from "../testing";
import { blockAt, splitBlocks } from "./blocks";
import { moveCaret } from "./caret";
import { placeOf, rangeOf, unitOf } from "./dom";
import { marksByBlock, piecesOf, placeMarks, type TextMark } from "./marks";
import { TextStage } from "./TextStage";

const mark = (start: number, end: number, name = "N"): TextMark => ({
  start,
  end,
  name,
  colors: colorsOf("#f08c00"),
});

describe("blocks", () => {
  it("lose and change nothing, however long the text", () => {
    const texts = [
      "",
      "a",
      "one\n\ntwo\n",
      "x".repeat(20_000),
      "word ".repeat(9_000),
      "行\n".repeat(9_000),
    ];
    for (const text of texts) {
      const blocks = splitBlocks(text);
      expect(blocks.map((block) => block.text).join("")).toBe(text);
      expect(blocks.every((block) => text.startsWith(block.text, block.start))).toBe(true);
    }
  });

  it("do not cut an emoji in two", () => {
    const blocks = splitBlocks("😀".repeat(10_000));
    expect(blocks.length).toBeGreaterThan(1);
    expect(blocks.every((block) => !/^[\udc00-\udfff]/.test(block.text))).toBe(true);
  });

  it("are found by a place", () => {
    const blocks = splitBlocks(`${"a".repeat(1_300)}\nb`);
    expect([0, 1_300, 1_301, 9_999].map((unit) => blockAt(blocks, unit))).toEqual([0, 0, 1, 1]);
  });

  it("cut five megabytes in well under a second", () => {
    const text = "The quick brown fox jumps over the lazy dog.\n".repeat(116_000);
    const start = performance.now();
    const blocks = splitBlocks(text);
    expect(performance.now() - start).toBeLessThan(900);
    expect(blocks.length).toBeLessThan(6_000);
  });
});

describe("marks", () => {
  it("stand in rows: the inner one next to the text", () => {
    const [outer, inner] = placeMarks([mark(0, 20, "outer"), mark(2, 8, "in")], "x".repeat(40));
    expect([outer?.row, inner?.row]).toEqual([1, 0]);
  });

  it("keep room for a name that is longer than its span", () => {
    const placed = placeMarks(
      [mark(0, 1, "Organisation"), mark(2, 3, "Place")],
      "a b c d e f g h i",
    );
    expect(placed.map(({ row }) => row)).toEqual([0, 1]);
  });

  it("cut a block into pieces covered alike", () => {
    const [block] = splitBlocks("abcdef");
    if (!block) throw new Error("no block");
    const pieces = piecesOf(block, placeMarks([mark(0, 4), mark(2, 6)], "abcdef"));
    expect(pieces.map((piece) => [piece.text, piece.marks.length])).toEqual([
      ["ab", 1],
      ["cd", 2],
      ["ef", 1],
    ]);
  });

  it("over a border are in both blocks", () => {
    const text = `${"a".repeat(1_300)}\nbb`;
    const found = marksByBlock(splitBlocks(text), [mark(1_290, 1_302)], text);
    expect([...found.keys()]).toEqual([0, 1]);
  });
});

describe("the caret", () => {
  const text = "one two";
  const at = (unit: number) => ({ anchor: unit, focus: unit });

  it("goes from word to word, and extends to the end of one", () => {
    expect(moveCaret(text, at(0), "wordRight", false)).toEqual(at(4));
    expect(moveCaret(text, at(4), "wordRight", true)).toEqual({ anchor: 4, focus: 7 });
  });

  it("collapses a selection to its edge first", () => {
    expect(moveCaret(text, { anchor: 0, focus: 3 }, "characterLeft", false)).toEqual(at(0));
    expect(moveCaret(text, { anchor: 3, focus: 0 }, "characterRight", false)).toEqual(at(3));
  });
});

describe("TextStage", () => {
  it("shows the text unchanged under its marks, names outside of the text", () => {
    renderWithWords(<TextStage text={"AB cd\nef"} marks={[mark(0, 2, "Org")]} label="Text" />);
    const stage = screen.getByRole("document", { name: "Text" });
    expect(stage.textContent).toBe("AB cd\nef");
    expect(stage.querySelector("mark")?.textContent).toBe("AB");
    expect(stage.querySelector("[data-name]")?.getAttribute("data-name")).toBe("Org");
  });

  it("finds the same place in the text and in the document", () => {
    const text = "AB cd\nef";
    renderWithWords(<TextStage text={text} marks={[mark(0, 2), mark(1, 4)]} label="Text" />);
    const stage = screen.getByRole("document");
    const blocks = splitBlocks(text);
    for (let unit = 0; unit <= text.length; unit += 1) {
      const place = placeOf(stage, blocks, unit);
      expect(place && unitOf(stage, blocks, place)).toBe(unit);
    }
    expect(rangeOf(stage, blocks, 1, 7)?.toString()).toBe("B cd\ne");
  });

  it("measures the caret's place again when the text changes its width", () => {
    const watched: Element[] = [];
    const Original = window.ResizeObserver;
    window.ResizeObserver = class extends Original {
      override observe(element: Element) {
        watched.push(element);
      }
    };
    renderWithWords(
      <TextStage text="AB cd" marks={[]} label="Text" caret={{ anchor: 2, focus: 2 }} />,
    );
    window.ResizeObserver = Original;
    expect(watched).toContain(screen.getByRole("document"));
  });

  it("tells what the mouse selected", () => {
    const onCaret = vi.fn();
    renderWithWords(
      <TextStage text="AB cd" marks={[mark(0, 2)]} label="Text" onCaret={onCaret} />,
    );
    const stage = screen.getByRole("document");
    const range = rangeOf(stage, splitBlocks("AB cd"), 1, 4);
    if (range) document.getSelection()?.addRange(range);
    stage.dispatchEvent(new MouseEvent("pointerup", { bubbles: true }));
    expect(onCaret).toHaveBeenCalledWith({ anchor: 1, focus: 4 });
  });
});
