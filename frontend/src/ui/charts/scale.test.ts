import { expect, it } from "vitest";
import { roundUp } from "./scale";

it("rounds an axis up to a number that reads well, as does its half", () => {
  expect([0, 1, 3, 12, 21, 49, 51, 980, 1001].map(roundUp)).toEqual([
    2, 2, 4, 20, 40, 60, 60, 1000, 2000,
  ]);
});
