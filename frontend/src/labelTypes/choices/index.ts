import { titleOfCategory } from "../../core/schema";
import { NEXT_QUESTION, optionHint } from "../shared/hints";
import type { LabelType } from "../types";
import { ChoicesComparison } from "./Comparison";
import { ChoicesEditor } from "./Editor";

export const choices: LabelType<"choices"> = {
  type: "choices",
  place: "panel",
  hints: ({ categories }) => [optionHint("toggle", categories.length), NEXT_QUESTION],
  Editor: ChoicesEditor,
  Comparison: ChoicesComparison,
  Summary: ({ question, label }) =>
    label.map((id) => titleOfCategory(question.categories, id)).join(" · ") || "–",
};
