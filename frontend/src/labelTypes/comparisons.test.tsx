import { screen, within } from "@testing-library/react";
import { expect, it } from "vitest";
import type { ItemData, Label, Question } from "../core/schema";
import { renderWithWords } from "../stages/testing";
import { labelTypeOf } from "./index";
import { compareWords } from "./text/words";
import type { ComparisonProps } from "./types";

type Props = ComparisonProps<Question["type"]>;

const CATEGORIES = [
  { id: "a", title: "Apple" },
  { id: "b", title: "Bread" },
];
const DATA: ItemData = {
  text: "Ada met Grace.",
  picture: { media: "x", url: "/x.png", width: 200, height: 100 },
};
const box = (x: number) => ({ x, y: 0, width: 40, height: 40, category: "a" });

const CASES: [Question, Label, Label][] = [
  [{ id: "q", title: "Q", type: "choice", categories: CATEGORIES }, "a", "b"],
  [{ id: "q", title: "Q", type: "choices", categories: CATEGORIES }, ["a"], ["a", "b"]],
  [{ id: "q", title: "Q", type: "rating", min: 1, max: 3 }, 1, 3],
  [{ id: "q", title: "Q", type: "text" }, "the red door", "the blue door"],
  [
    { id: "q", title: "Q", type: "spans", on: "text", categories: CATEGORIES },
    [{ start: 0, end: 3, category: "a" }],
    [{ start: 0, end: 7, category: "b" }],
  ],
  [
    { id: "q", title: "Q", type: "boxes", on: "picture", categories: CATEGORIES },
    [box(0)],
    [box(99)],
  ],
  [{ id: "q", title: "Q", type: "number", unit: "kg" }, 2.5, 12],
  [{ id: "q", title: "Q", type: "ranking", categories: CATEGORIES }, ["a", "b"], ["b", "a"]],
  [
    { id: "q", title: "Q", type: "ranking", on: ["text", "picture"], top: 1 },
    ["text"],
    ["picture"],
  ],
  [{ id: "q", title: "Q", type: "pairwise", on: ["left", "right"] }, "left", "right"],
];

it.each(CASES)("$type shows who said what, and one line of it", (question, first, second) => {
  const type = labelTypeOf(question.type);
  if (!type) throw new Error("unknown type");
  const voices = [
    { name: "A", label: first, isModel: false },
    { name: "B", label: second, isModel: false },
    { name: "M", label: undefined, isModel: true },
  ] as Props["voices"];
  const props = { question, data: DATA, voices } as Props;
  renderWithWords(
    <>
      <type.Comparison {...props} />
      <p data-testid="line">
        <type.Summary question={props.question} label={first as never} />
      </p>
    </>,
  );
  expect(screen.getAllByText("A").length).toBeGreaterThan(0);
  expect(screen.getAllByText("B").length).toBeGreaterThan(0);
  expect(screen.getByTestId("line").textContent).not.toBe("");
});

it("a choice stands in the row of its category", () => {
  const type = labelTypeOf("choice");
  if (!type) throw new Error("unknown type");
  const props = {
    question: CASES[0]?.[0],
    data: DATA,
    voices: [{ name: "A", label: "b", isModel: false }],
  } as Props;
  renderWithWords(<type.Comparison {...props} />);
  expect(within(screen.getByRole("row", { name: /Bread/ })).getByText("A")).toBeInTheDocument();
});

it("words that not all texts share are marked, in any script", () => {
  const different = (text: string, ...others: string[]) =>
    compareWords(text, others)
      .filter((word) => word.isDifferent)
      .map((word) => word.text);
  expect(different("The red door", "the blue door")).toEqual(["red"]);
  expect(different("same", "same")).toEqual([]);
});

it("a type this page does not know is undefined", () => {
  expect(labelTypeOf("hologram")).toBeUndefined();
});
