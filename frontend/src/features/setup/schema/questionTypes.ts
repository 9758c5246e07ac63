import {
  IconArrowsLeftRight,
  IconBoxModel2,
  IconCircleDot,
  IconHighlight,
  IconListCheck,
  IconStars,
  IconTextSize,
} from "@tabler/icons-react";
import type { QuestionType } from "../../../api/types";

export const QUESTION_TYPES: readonly QuestionType[] = [
  "choice",
  "choices",
  "rating",
  "text",
  "spans",
  "boxes",
  "pairwise",
];

export const QUESTION_ICONS = {
  choice: IconCircleDot,
  choices: IconListCheck,
  rating: IconStars,
  text: IconTextSize,
  spans: IconHighlight,
  boxes: IconBoxModel2,
  pairwise: IconArrowsLeftRight,
} as const satisfies Record<QuestionType, unknown>;
