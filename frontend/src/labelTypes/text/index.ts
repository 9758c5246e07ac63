import type { LabelType } from "../types";
import { TextComparison } from "./Comparison";
import { TextEditor } from "./Editor";

export const text: LabelType<"text"> = {
  type: "text",
  place: "panel",
  hints: () => [
    { words: "send", keys: ["ctrl+Enter"] },
    { words: "leave", keys: ["Escape"] },
  ],
  Editor: TextEditor,
  Comparison: TextComparison,
  Summary: ({ label }) => label,
};
