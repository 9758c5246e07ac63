import { expect, it } from "vitest";
import { canUndo, record, redo, startHistory, undo } from "./history";

it("goes back and forth", () => {
  const second = record(record(startHistory("a"), "b"), "c");
  expect(undo(second).present).toBe("b");
  expect(undo(undo(second)).present).toBe("a");
  expect(redo(undo(second)).present).toBe("c");
});

it("forgets what was undone once something new is done", () => {
  const changed = record(undo(record(startHistory("a"), "b")), "c");
  expect(redo(changed).present).toBe("c");
});

it("takes back changes of one kind in a row together", () => {
  const typed = ["h", "hi", "hi!"].reduce((h, text) => record(h, text, "note"), startHistory(""));
  expect(undo(typed).present).toBe("");
  const mixed = record(record(typed, "x", "other"), "hi?", "note");
  expect(undo(mixed).present).toBe("x");
});

it("does not join changes over an undo", () => {
  const typed = record(record(startHistory(""), "a", "note"), "b", "other");
  expect(undo(record(undo(typed), "ac", "note")).present).toBe("a");
});

it("stands still at either end", () => {
  const fresh = startHistory("a");
  expect(undo(fresh)).toBe(fresh);
  expect(redo(fresh)).toBe(fresh);
  expect(canUndo(fresh)).toBe(false);
  expect(record(fresh, "a")).toBe(fresh);
});
