import { describe, expect, it } from "vitest";
import { boxInView, nudgeBox, nudgeOf } from "./boxes";
import { groupBoxes } from "./matching";

const PICTURE = { width: 100, height: 100 };
const box = (x: number, y: number, width = 10, height = 10, category = "roof") => ({
  x,
  y,
  width,
  height,
  category,
});
const key = (name: string, held: { alt?: boolean; shift?: boolean } = {}) => ({
  key: name,
  altKey: held.alt ?? false,
  shiftKey: held.shift ?? false,
});

describe("arrow keys", () => {
  it("move by what looks the same at every zoom, and by one pixel with Alt", () => {
    expect(nudgeOf(key("ArrowLeft"), 2)).toEqual({ x: -12, y: 0, resizes: false });
    expect(nudgeOf(key("ArrowDown", { alt: true, shift: true }), 2)).toEqual({
      x: 0,
      y: 1,
      resizes: true,
    });
    expect(nudgeOf(key("Enter"), 1)).toBeNull();
  });

  it("neither leave the picture nor make the box too small", () => {
    expect(nudgeBox(box(95, 0, 5), { x: 9, y: 0, resizes: false }, PICTURE, 4).x).toBe(95);
    expect(nudgeBox(box(0, 0), { x: -9, y: 0, resizes: true }, PICTURE, 4).width).toBe(4);
  });
});

it("a box from the keyboard stands in the middle of the view", () => {
  expect(boxInView({ x: 20, y: 20, width: 40, height: 40 }, PICTURE, 4)).toEqual({
    x: 35,
    y: 35,
    width: 10,
    height: 10,
  });
});

it("voters' boxes are the same thing when they share half of it and their category", () => {
  const groups = groupBoxes([
    { voice: "A", box: box(0, 0) },
    { voice: "A", box: box(1, 0) },
    { voice: "B", box: box(1, 0) },
    { voice: "C", box: box(0, 0, 10, 10, "tree") },
    { voice: "C", box: box(50, 50) },
  ]);
  expect(groups.map((group) => group.names.join(""))).toEqual(["A", "AB", "C", "C"]);
});
