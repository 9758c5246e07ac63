import { titleOf } from "../../core/schema";
import { Tally } from "../shared/Tally";
import type { ComparisonProps } from "../types";
import { withUnit } from "./range";

/** The numbers from the least to the greatest, each with who said it. */
export function NumberComparison({ question, voices }: ComparisonProps<"number">) {
  const said = voices.flatMap(({ label }) => (label === undefined ? [] : [label]));
  const rows = [...new Set(said)]
    .sort((a, b) => a - b)
    .map((value) => ({
      id: `${value}`,
      title: withUnit(value, question),
      names: voices.filter((voice) => voice.label === value).map((voice) => voice.name),
    }));
  return <Tally rows={rows} voices={voices.length} caption={titleOf(question)} />;
}
