import { NEXT_QUESTION } from "../shared/hints";
import type { LabelType } from "../types";
import { RatingComparison } from "./Comparison";
import { RatingEditor } from "./Editor";

export const rating: LabelType<"rating"> = {
  type: "rating",
  place: "panel",
  hints: ({ min, max }) => [{ words: "rate", keys: [`${min}–${max}`] }, NEXT_QUESTION],
  Editor: RatingEditor,
  Comparison: RatingComparison,
  Summary: ({ question, label }) => `${label} / ${question.max}`,
};
