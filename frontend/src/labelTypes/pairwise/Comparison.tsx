import { useTranslation } from "react-i18next";
import { titleOf } from "../../core/schema";
import { Tally } from "../shared/Tally";
import type { ComparisonProps } from "../types";
import { pairwiseOptions } from "./options";

export function PairwiseComparison({ question, voices }: ComparisonProps<"pairwise">) {
  const { t } = useTranslation("labelTypes");
  const rows = pairwiseOptions(question, t).map((option) => ({
    ...option,
    names: voices.filter((voice) => voice.label === option.id).map((voice) => voice.name),
  }));
  return <Tally rows={rows} voices={voices.length} caption={titleOf(question)} />;
}
