import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { describe, expect, it, vi } from "vitest";
import type { Answer, ItemData, LabelSchema, Question } from "../core/schema";
import { withLabel } from "../core/schema";
import { renderWithWords } from "../stages/testing";
import { AnswerEditor } from "./answering/AnswerEditor";

const CATEGORIES = [
  { id: "a", title: "Apple" },
  { id: "b", title: "Bread" },
  { id: "c", title: "Cheese" },
];
const DATA: ItemData = {
  text: "Ada met 李明 😀 Grace.",
  left: "One",
  right: "Two",
  picture: { media: "x", url: "/x.png", width: 200, height: 100 },
};
const INPUTS: LabelSchema["inputs"] = [
  { id: "text", type: "text" },
  { id: "picture", type: "image" },
];

interface BenchProps {
  questions: Question[];
  onAnswer: (answer: Answer) => void;
  start?: Answer;
}

function Bench({ questions, onAnswer, start = {} }: BenchProps) {
  const [answer, setAnswer] = useState(start);
  const [focused, setFocused] = useState<string | null>(questions[0]?.id ?? null);
  return (
    <AnswerEditor
      schema={{ inputs: INPUTS, questions }}
      data={DATA}
      answer={answer}
      focused={focused}
      problems={{}}
      onFocus={setFocused}
      onChange={(question, label) => {
        const changed = withLabel(answer, question, label);
        setAnswer(changed);
        onAnswer(changed);
      }}
    />
  );
}

function setUp(question: Question, start?: Answer) {
  const onAnswer = vi.fn();
  renderWithWords(<Bench questions={[question]} onAnswer={onAnswer} start={start} />);
  return { onAnswer, user: userEvent.setup(), last: () => onAnswer.mock.lastCall?.[0] };
}

describe("choice", () => {
  const question: Question = { id: "q", type: "choice", title: "Food", categories: CATEGORIES };

  it("is answered with the key shown on the option", async () => {
    const { user, last } = setUp(question);
    expect(screen.getByRole("radio", { name: /Bread/ })).toHaveTextContent("2");
    await user.keyboard("2");
    expect(last()).toEqual({ q: "b" });
    expect(screen.getByRole("radio", { name: /Bread/ })).toBeChecked();
  });

  it("is taken back with the same key only where no answer is needed", async () => {
    const { user, last } = setUp({ ...question, required: false }, { q: "b" });
    await user.keyboard("2");
    expect(last()).toEqual({});
  });
});

describe("choices", () => {
  const question: Question = { id: "q", type: "choices", categories: CATEGORIES, max: 2 };

  it("keeps the order of the schema and stops at the limit", async () => {
    const { user, last } = setUp(question);
    await user.keyboard("31");
    expect(last()).toEqual({ q: ["a", "c"] });
    await user.keyboard("2");
    expect(last()).toEqual({ q: ["a", "c"] });
    await user.keyboard("13");
    expect(last()).toEqual({});
  });

  it("can be clicked", async () => {
    const { user, last } = setUp(question);
    await user.click(screen.getByRole("checkbox", { name: /Cheese/ }));
    expect(last()).toEqual({ q: ["c"] });
  });
});

it("rating takes its own digit", async () => {
  const { user, last } = setUp({
    id: "q",
    type: "rating",
    min: 1,
    max: 5,
    anchors: { "1": "poor" },
  });
  await user.keyboard("4");
  expect(last()).toEqual({ q: 4 });
  expect(screen.getByText("poor")).toBeInTheDocument();
});

describe("number", () => {
  const question: Question = {
    id: "q",
    type: "number",
    title: "Mass",
    min: 0.5,
    max: 20,
    step: 0.5,
    unit: "kg",
  };

  it("has the cursor at once and takes digits, wide ones and a comma too", async () => {
    const { user, last } = setUp(question);
    await user.keyboard("12.5");
    expect(last()).toEqual({ q: 12.5 });
    const field = screen.getByRole("textbox", { name: "Mass" });
    await user.clear(field);
    expect(last()).toEqual({});
    await user.keyboard("７,5");
    expect(last()).toEqual({ q: 7.5 });
  });

  it("lets in nothing that is no number, and says what is out of bounds", async () => {
    const { user, last } = setUp(question);
    await user.keyboard("3kg");
    expect(screen.getByRole("textbox", { name: "Mass" })).toHaveValue("3");
    await user.keyboard("0");
    expect(screen.getByText(/above 20/)).toBeInTheDocument();
    await user.keyboard("{Backspace}.2");
    expect(last()).toEqual({ q: 3.2 });
    expect(screen.getByText(/step of 0.5/)).toBeInTheDocument();
  });

  it("shows a label that came from elsewhere", () => {
    setUp(question, { q: 4 });
    expect(screen.getByRole("textbox", { name: "Mass" })).toHaveValue("4");
  });
});

describe("ranking", () => {
  const question: Question = { id: "q", type: "ranking", title: "Order", categories: CATEGORIES };
  const order = () => screen.getAllByRole("listitem").map((row) => row.textContent);

  it("places options by their keys and takes them out again", async () => {
    const { user, last } = setUp(question);
    await user.keyboard("31");
    expect(last()).toEqual({ q: ["c", "a"] });
    await user.keyboard("3");
    expect(last()).toEqual({ q: ["a"] });
    await user.keyboard("23");
    expect(last()).toEqual({ q: ["a", "b", "c"] });
    expect(order()[0]).toContain("Apple");
  });

  it("moves the option in hand with Alt and the arrows", async () => {
    const { user, last } = setUp(question, { q: ["a", "b", "c"] });
    await user.keyboard("{ArrowDown}{Alt>}{ArrowUp}{/Alt}");
    expect(last()).toEqual({ q: ["b", "a", "c"] });
    await user.keyboard("{Alt>}{ArrowDown}{ArrowDown}{/Alt}");
    expect(last()).toEqual({ q: ["a", "c", "b"] });
    expect(screen.getByRole("button", { name: "Bread, place 3 of 3" })).toHaveAttribute(
      "aria-current",
    );
  });

  it("asks for no more than the first places, of inputs too", async () => {
    const { user, last } = setUp({
      id: "q",
      type: "ranking",
      on: ["text", "picture"],
      top: 1,
    });
    await user.keyboard("21");
    expect(last()).toEqual({ q: ["picture"] });
    expect(screen.getByText("1 of 1 placed")).toBeInTheDocument();
  });
});

it("text has the cursor at once, and digits are text in it", async () => {
  const { user, last } = setUp({ id: "q", type: "text", title: "Why" });
  await user.keyboard("no 1");
  expect(last()).toEqual({ q: "no 1" });
  await user.clear(screen.getByRole("textbox", { name: "Why" }));
  expect(last()).toEqual({});
});

it("pairwise offers a tie only where there may be one", async () => {
  const { user, last } = setUp({
    id: "q",
    type: "pairwise",
    on: ["left", "right"],
    allow_tie: true,
  });
  await user.keyboard("3");
  expect(last()).toEqual({ q: "tie" });
});

describe("spans", () => {
  const question: Question = {
    id: "q",
    type: "spans",
    title: "Names",
    on: "text",
    categories: CATEGORIES,
  };

  it("labels the word at the caret, in code points", async () => {
    const { user, last } = setUp(question);
    await user.keyboard("1");
    expect(last()).toEqual({ q: [{ start: 0, end: 3, category: "a" }] });
    await user.keyboard("{End}{Control>}{ArrowLeft}{/Control}2");
    expect(last()?.q).toContainEqual({ start: 13, end: 18, category: "b" });
  });

  it("extends a selection with shift, and removes the selected span", async () => {
    const { user, last } = setUp(question);
    await user.keyboard("{Control>}{Shift>}{ArrowRight}{ArrowRight}{/Shift}{/Control}3");
    expect(last()).toEqual({ q: [{ start: 0, end: 7, category: "c" }] });
    await user.keyboard("{Shift>}{Tab}{/Shift}");
    expect(screen.getByRole("option", { selected: true })).toHaveTextContent("Ada met");
    await user.keyboard("{Backspace}");
    expect(last()).toEqual({ q: [] });
  });

  it("changes the category of the selected span", async () => {
    const { user, last } = setUp(question, { q: [{ start: 0, end: 3, category: "a" }] });
    await user.keyboard("{Tab}2");
    expect(last()).toEqual({ q: [{ start: 0, end: 3, category: "b" }] });
  });
});

describe("boxes", () => {
  const question: Question = {
    id: "q",
    type: "boxes",
    title: "Objects",
    on: "picture",
    categories: CATEGORIES,
    min_side: 4,
  };
  const start: Answer = {
    q: [
      { x: 10, y: 10, width: 20, height: 20, category: "a" },
      { x: 50, y: 50, width: 20, height: 20, category: "b" },
    ],
  };

  it("are selected, moved, resized, named and removed by keys", async () => {
    const { user, last } = setUp(question, start);
    await user.keyboard("{Tab}{Tab}{Alt>}{ArrowRight}{Shift>}{ArrowDown}{/Shift}{/Alt}3");
    expect(last()?.q[1]).toEqual({ x: 51, y: 50, width: 20, height: 21, category: "c" });
    await user.keyboard("{Delete}");
    expect(last()?.q).toEqual([{ x: 10, y: 10, width: 20, height: 20, category: "a" }]);
  });

  it("are read out as a list with the selected one spoken", async () => {
    const { user } = setUp(question, start);
    await user.keyboard("{Tab}");
    const list = screen.getByRole("listbox", { name: /Objects · 2/ });
    expect(within(list).getByRole("option", { selected: true })).toHaveTextContent("Apple");
    expect(screen.getByText(/1: Apple, 20 × 20, selected/)).toBeInTheDocument();
  });
});
