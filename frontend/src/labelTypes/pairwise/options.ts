import type { TFunction } from "i18next";
import type { PairwiseLabel, PairwiseQuestion } from "../../core/schema";

export interface PairwiseOption {
  id: PairwiseLabel;
  title: string;
}

export function pairwiseOptions(
  question: PairwiseQuestion,
  t: TFunction<"labelTypes">,
): PairwiseOption[] {
  const options: PairwiseOption[] = [
    { id: "left", title: t("pairwise.left") },
    { id: "right", title: t("pairwise.right") },
  ];
  return question.allow_tie ? [...options, { id: "tie", title: t("pairwise.tie") }] : options;
}
