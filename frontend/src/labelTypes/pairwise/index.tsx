import { useTranslation } from "react-i18next";
import { NEXT_QUESTION, optionHint } from "../shared/hints";
import type { LabelType, SummaryProps } from "../types";
import { PairwiseComparison } from "./Comparison";
import { PairwiseEditor } from "./Editor";
import { pairwiseOptions } from "./options";

function PairwiseSummary({ question, label }: SummaryProps<"pairwise">) {
  const { t } = useTranslation("labelTypes");
  return pairwiseOptions(question, t).find((option) => option.id === label)?.title ?? label;
}

export const pairwise: LabelType<"pairwise"> = {
  type: "pairwise",
  place: "panel",
  hints: ({ allow_tie }) => [optionHint("choose", allow_tie ? 3 : 2), NEXT_QUESTION],
  Editor: PairwiseEditor,
  Comparison: PairwiseComparison,
  Summary: PairwiseSummary,
};
