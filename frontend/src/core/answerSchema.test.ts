import { describe, expect, it } from "vitest";
import groups from "./answerCases.json";
import { answerCheck } from "./answerSchema";
import type { Answer } from "./schema";

interface Group {
  name: string;
  answer_schema: Record<string, unknown>;
  cases: { answer: unknown; valid: boolean }[];
}

/** Written by tests/labeling/test_browser_cases.py, with the verdicts of the server's library. */
const GROUPS = groups as unknown as Group[];

it.each(GROUPS)("an answer to $name is judged as on the server", ({ answer_schema, cases }) => {
  const check = answerCheck(answer_schema);
  const differing = cases.filter(
    ({ answer, valid }) => (check(answer as Answer).length === 0) !== valid,
  );
  expect(differing).toEqual([]);
});

const DOCUMENT = {
  type: "object",
  properties: {
    mood: { enum: ["good", "bad"] },
    topics: { type: "array", items: { enum: ["a", "b"] }, minItems: 1, maxItems: 2 },
    stars: { type: "integer", minimum: 1, maximum: 5 },
    why: { type: "string", maxLength: 3, pattern: "[^ \\t\\r\\n]" },
    names: {
      type: "array",
      uniqueItems: true,
      items: { type: "object", properties: { start: { type: "integer", minimum: 0 } } },
    },
  },
  required: ["mood"],
  additionalProperties: false,
  allOf: [
    {
      if: { properties: { mood: { enum: ["bad"] } }, required: ["mood"] },
      // biome-ignore lint/suspicious/noThenProperty: it is JSON Schema's word
      then: { required: ["why"] },
      else: { properties: { why: false } },
    },
  ],
};

describe("a problem", () => {
  const check = answerCheck(DOCUMENT);
  const told = (answer: unknown) =>
    check(answer as Answer).map(({ question, code, count }) => `${question} ${code} ${count}`);

  it("names the question that has no answer, also one that another brought up", () => {
    expect(told({})).toEqual(["mood required 1"]);
    expect(told({ mood: "bad" })).toEqual(["why required 1"]);
    expect(told({ mood: "bad", why: " " })).toEqual(["why required 0"]);
  });

  it("names the limit that was missed", () => {
    const good = { mood: "good" };
    expect(told({ ...good, topics: [] })).toEqual(["topics too_few 1"]);
    expect(told({ ...good, topics: ["a", "b", "a"] })).toEqual(["topics too_many 2"]);
    expect(told({ ...good, stars: 0 })).toEqual(["stars too_small 1"]);
    expect(told({ ...good, stars: 6 })).toEqual(["stars too_large 5"]);
    expect(told({ mood: "bad", why: "😀😀😀" })).toEqual([]);
    expect(told({ mood: "bad", why: "😀😀😀😀" })).toEqual(["why too_long 3"]);
  });

  it("says what was not offered, not asked, or said twice", () => {
    expect(told({ mood: "sad" })).toEqual(["mood not_offered 0"]);
    expect(told({ mood: "good", why: "so" })).toEqual(["why not_asked 0"]);
    expect(told({ mood: "good", "a b": 1 })).toEqual(["a b not_asked 0"]);
    expect(told({ mood: "good", names: [{}, {}] })).toEqual(["names twice 0"]);
  });

  it("of many labels alike is told once, at their question", () => {
    const names = [{ start: -1 }, { start: -2 }];
    expect(told({ mood: "good", names })).toEqual(["names too_small 0"]);
    expect(told({ mood: "good", names: [3] })).toEqual(["names malformed 0"]);
  });

  it("of the answer as a whole has no question", () => {
    expect(told(null)).toEqual([" malformed 0"]);
  });
});
