import { optionsOf } from "../../core/schema";
import { NEXT_QUESTION, optionHint } from "../shared/hints";
import { useRankingOptions } from "../shared/inputs";
import type { LabelType, SummaryProps } from "../types";
import { RankingComparison } from "./Comparison";
import { RankingEditor } from "./Editor";

function RankingSummary({ question, label }: SummaryProps<"ranking">) {
  const options = useRankingOptions(question);
  return label.map((id) => options.find((option) => option.id === id)?.title ?? id).join(" > ");
}

export const ranking: LabelType<"ranking"> = {
  type: "ranking",
  place: "panel",
  hints: (question) => [
    optionHint("placeNext", optionsOf(question).length),
    { words: "moveRow", keys: ["alt+ArrowUp", "alt+ArrowDown"] },
    NEXT_QUESTION,
  ],
  Editor: RankingEditor,
  Comparison: RankingComparison,
  Summary: RankingSummary,
};
