import {
  IconArrowsLeftRight,
  IconBoxModel2,
  IconCircleDot,
  IconHighlight,
  IconListCheck,
  IconListNumbers,
  IconNumber123,
  IconStars,
  IconTextSize,
} from "@tabler/icons-react";
import type { QuestionType } from "../../../api/types";

export const QUESTION_TYPES: readonly QuestionType[] = [
  "choice",
  "choices",
  "rating",
  "number",
  "text",
  "spans",
  "boxes",
  "pairwise",
  "ranking",
];

export const QUESTION_ICONS = {
  choice: IconCircleDot,
  choices: IconListCheck,
  rating: IconStars,
  number: IconNumber123,
  text: IconTextSize,
  spans: IconHighlight,
  boxes: IconBoxModel2,
  pairwise: IconArrowsLeftRight,
  ranking: IconListNumbers,
} as const satisfies Record<QuestionType, unknown>;
