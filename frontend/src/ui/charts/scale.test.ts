import { expect, it } from "vitest";
import { roundUp } from "./scale";

it("rounds an axis up to a number that reads well", () => {
  expect([0, 1, 3, 12, 21, 49, 51, 980, 1001].map(roundUp)).toEqual([
    1, 1, 5, 20, 25, 50, 100, 1000, 2000,
  ]);
});
