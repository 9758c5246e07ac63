import { expect, it } from "vitest";
import { colorsOf, colorsOfCategory, contrastOf, hueAt } from "./palette";

const PANELS = { light: "#ffffff", dark: "#1c1d20" };

it("gives every hue, and any colour of a schema, a readable ink on both panels", () => {
  const own = ["#ffff00", "#000000", "#ffffff", "#123456"];
  for (const hue of [...Array.from({ length: 12 }, (_, index) => hueAt(index)), ...own]) {
    const colors = colorsOf(hue);
    expect(contrastOf(colors.inkOnLight, PANELS.light)).toBeGreaterThanOrEqual(4.5);
    expect(contrastOf(colors.inkOnDark, PANELS.dark)).toBeGreaterThanOrEqual(4.5);
    expect(contrastOf(colors.onSolid, colors.solid)).toBeGreaterThanOrEqual(4.2);
  }
});

it("takes a category's own colour, else the hue of its place", () => {
  const categories = [{ id: "a" }, { id: "b", color: "#112233" }];
  expect(colorsOfCategory(categories, "a").solid).toBe(hueAt(0));
  expect(colorsOfCategory(categories, "b").solid).toBe("#112233");
  expect(hueAt(12)).toBe(hueAt(0));
});
