import { describe, expect, it } from "vitest";
import {
  confirmNothing,
  dueBelow,
  nextOpen,
  nextUnanswered,
  problemsOf,
  questionOfPointer,
  shortfalls,
} from "./check";
import { visibleAnswer, visibleQuestions } from "./conditions";
import type { LabelSchema } from "./schema";

const SCHEMA: LabelSchema = {
  inputs: [{ id: "text", type: "text" }],
  questions: [
    { id: "mood", type: "choice", categories: [{ id: "good" }, { id: "bad" }] },
    { id: "topics", type: "choices", categories: [{ id: "a" }, { id: "b" }, { id: "c" }], max: 2 },
    {
      id: "why",
      type: "text",
      max_length: 3,
      show_when: {
        any: [
          { question: "mood", in: ["bad"] },
          {
            all: [
              { question: "topics", in: ["a"] },
              { question: "topics", in: ["b"] },
            ],
          },
        ],
      },
    },
    {
      id: "stars",
      type: "rating",
      min: 1,
      max: 5,
      required: false,
      show_when: { question: "why", in: ["yes"] },
    },
    { id: "names", type: "spans", on: "text", categories: [{ id: "PER" }] },
  ],
};

const visible = (answer: Parameters<typeof visibleQuestions>[1]) =>
  visibleQuestions(SCHEMA, answer).map((question) => question.id);

describe("show_when", () => {
  it("hides a question until an earlier answer asks for it", () => {
    expect(visible({})).toEqual(["mood", "topics", "names"]);
    expect(visible({ mood: "bad" })).toContain("why");
  });

  it("is true of several chosen categories when any of them is listed", () => {
    expect(visible({ topics: ["a", "b"] })).toContain("why");
    expect(visible({ topics: ["a", "c"] })).not.toContain("why");
  });

  it("does not listen to the label of a hidden question", () => {
    expect(visible({ mood: "good", why: "yes" })).not.toContain("stars");
  });

  it("leaves hidden labels out of what is sent", () => {
    const answer = { mood: "good", why: "no", stars: 3, names: [] };
    expect(visibleAnswer(SCHEMA, answer)).toEqual({ mood: "good", names: [] });
  });
});

describe("what is missing", () => {
  const codes = (answer: Parameters<typeof shortfalls>[1]) =>
    shortfalls(SCHEMA, answer).map(({ question, code }) => `${question} ${code}`);

  it("names every required question that has no label", () => {
    expect(codes({})).toEqual(["mood required", "topics required", "names nothing_marked"]);
  });

  it("takes an empty list of spans for an answer, and an empty text for none", () => {
    expect(codes({ mood: "bad", topics: ["a"], why: " ", names: [] })).toEqual(["why required"]);
  });

  it("calls blank what the server calls blank: a no-break space is a sign", () => {
    expect(codes({ mood: "bad", topics: ["a"], why: "\u00a0", names: [] })).toEqual([]);
  });

  it("is told once, before what the answer's schema finds besides", () => {
    const check = () => [
      { question: "mood", code: "malformed", count: 0 } as const,
      { question: "topics", code: "too_many", count: 2 } as const,
    ];
    const found = problemsOf(SCHEMA, { topics: ["b", "c"], names: [] }, check);
    expect(found.map(({ question, code }) => `${question} ${code}`)).toEqual([
      "mood required",
      "topics too_many",
    ]);
  });
});

it("nothing marked is an answer, when nothing else is missing", () => {
  expect(confirmNothing(SCHEMA, { mood: "good", topics: ["a"] })).toEqual({
    mood: "good",
    topics: ["a"],
    names: [],
  });
  expect(confirmNothing(SCHEMA, { mood: "good" })).toBeNull();
});

describe("what Enter goes on to", () => {
  it("is the first due question below an answered one, and never a list of marks", () => {
    expect(dueBelow(SCHEMA, { mood: "bad" }, "mood", null)).toBe("topics");
    expect(dueBelow(SCHEMA, { mood: "bad", topics: ["a"] }, "mood", null)).toBe("why");
    // What is wrong is mended first.
    const check = () => [{ question: "mood", code: "not_offered" as const, count: 0 }];
    expect(dueBelow(SCHEMA, { mood: "bad" }, "mood", check)).toBeNull();
    // The answer as a whole: this question is not answered, or nothing below is due but marks.
    expect(dueBelow(SCHEMA, {}, "mood", null)).toBeNull();
    expect(dueBelow(SCHEMA, { topics: ["a"] }, "topics", null)).toBeNull();
    expect(dueBelow(SCHEMA, { mood: "good", topics: ["a"] }, "mood", null)).toBeNull();
  });
});

describe("the next open question", () => {
  it("is sought after the given one, then from the top", () => {
    expect(nextUnanswered(SCHEMA, { mood: "good" }, "mood")).toBe("topics");
    expect(nextUnanswered(SCHEMA, { topics: ["a"], names: [] }, "topics")).toBe("mood");
    expect(nextUnanswered(SCHEMA, { mood: "good", topics: ["a"], names: [] }, null)).toBeNull();
  });
});

describe("where the cursor goes after an answer", () => {
  const schema: LabelSchema = {
    ...SCHEMA,
    questions: [
      { id: "sure", type: "rating", min: 1, max: 3, required: false },
      { id: "mood", type: "choice", categories: [{ id: "good" }, { id: "bad" }] },
      { id: "note", type: "text", required: false },
      { id: "price", type: "number", required: false },
      { id: "stars", type: "rating", min: 1, max: 5, required: false },
    ],
  };

  it("is what is due, then the optional questions that keys answer, round and round", () => {
    expect(nextOpen(schema, { sure: 1 }, "sure")).toBe("mood");
    expect(nextOpen(schema, { stars: 1 }, "stars")).toBe("mood");
    expect(nextOpen(schema, { mood: "good" }, "mood")).toBe("stars");
    expect(nextOpen(schema, { mood: "good", stars: 1 }, "stars")).toBe("sure");
  });

  it("is nowhere when only fields are open", () => {
    expect(nextOpen(schema, { mood: "good", stars: 1, sure: 1 }, "sure")).toBeNull();
  });
});

it("a pointer names its question first", () => {
  expect(questionOfPointer("/entities/0/end")).toBe("entities");
  expect(questionOfPointer("")).toBeNull();
});
