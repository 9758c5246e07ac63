import { NEXT_QUESTION } from "../shared/hints";
import type { LabelType } from "../types";
import { NumberComparison } from "./Comparison";
import { NumberEditor } from "./Editor";
import { withUnit } from "./range";

export const number: LabelType<"number"> = {
  type: "number",
  place: "panel",
  hints: () => [
    { words: "type", keys: ["0–9"] },
    { words: "send", keys: ["Enter"] },
    NEXT_QUESTION,
  ],
  Editor: NumberEditor,
  Comparison: NumberComparison,
  Summary: ({ question, label }) => withUnit(label, question),
};
