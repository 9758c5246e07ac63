import { expect, it } from "vitest";
import { hasTooManyDigits, isOffStep, numberOf } from "./numbers";
import type { NumberQuestion } from "./schema";

const question = (limits: Partial<NumberQuestion>): NumberQuestion => ({
  id: "q",
  type: "number",
  ...limits,
});

it.each([
  ["12", 12],
  [" -0.50 ", -0.5],
  ["１２．５", 12.5],
  ["2,5", 2.5],
  [".5", 0.5],
  ["−3", -3],
])("%s is read as %d", (typed, value) => expect(numberOf(typed)).toBe(value));

it.each(["", "-", ".", "NaN", "Infinity", "1e3", "0x10", "1.2.3", "12 kg"])(
  "«%s» is no number",
  (typed) => expect(numberOf(typed)).toBeNull(),
);

it("steps are counted in decimals", () => {
  for (let tenths = -30; tenths <= 30; tenths += 1) {
    expect(isOffStep(question({ step: 0.1 }), tenths / 10)).toBe(false);
  }
  expect(isOffStep(question({ step: 0.1 }), 0.25)).toBe(true);
  expect(isOffStep(question({ min: 0.5, step: 1 }), 3.5)).toBe(false);
  expect(isOffStep(question({ min: 0.5, step: 1 }), 3)).toBe(true);
  expect(isOffStep(question({ step: 1e-7 }), 3e-7)).toBe(false);
  expect(isOffStep(question({}), 0.123)).toBe(false);
});

it("no more digits than a double keeps", () => {
  expect(hasTooManyDigits(0.123456789012345)).toBe(false);
  expect(hasTooManyDigits(1234567890123.456)).toBe(true);
  expect(hasTooManyDigits(1000000000000000)).toBe(false);
});
