import { titleOfCategory } from "../../core/schema";
import { NEXT_QUESTION, optionHint } from "../shared/hints";
import type { LabelType } from "../types";
import { ChoiceComparison } from "./Comparison";
import { ChoiceEditor } from "./Editor";

export const choice: LabelType<"choice"> = {
  type: "choice",
  place: "panel",
  hints: ({ categories }) => [optionHint("choose", categories.length), NEXT_QUESTION],
  Editor: ChoiceEditor,
  Comparison: ChoiceComparison,
  Summary: ({ question, label }) => titleOfCategory(question.categories, label),
};
