import { titleOf } from "../../core/schema";
import { Tally } from "../shared/Tally";
import type { ComparisonProps } from "../types";

export function RatingComparison({ question, voices }: ComparisonProps<"rating">) {
  const rows = Array.from({ length: question.max - question.min + 1 }, (_, index) => {
    const step = question.min + index;
    const anchor = question.anchors?.[`${step}`];
    return {
      id: `${step}`,
      title: anchor ? `${step} · ${anchor}` : `${step}`,
      names: voices.filter((voice) => voice.label === step).map((voice) => voice.name),
    };
  });
  return <Tally rows={rows} voices={voices.length} caption={titleOf(question)} />;
}
