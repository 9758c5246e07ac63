import { expect, it } from "vitest";
import { shiftOfName, widthOfName } from "./names";

it("leaves a name where its mark begins while there is room", () => {
  expect(shiftOfName("Drug", 100, 400)).toBe(0);
});

it("moves a name at the end of a line so far that it ends with the text", () => {
  const width = widthOfName("Part of the body");
  expect(shiftOfName("Part of the body", 390, 400)).toBeCloseTo(width - 10);
  expect(widthOfName("身体部位")).toBeGreaterThan(widthOfName("body"));
});

it("never moves it before the text", () => {
  expect(shiftOfName("Part of the body", 20, 60)).toBe(20);
});
