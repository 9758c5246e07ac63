import { optionsOf, titleOf } from "../../core/schema";
import { useRankingOptions } from "../shared/inputs";
import { VoiceChip } from "../shared/VoiceChip";
import type { ComparisonProps } from "../types";
import classes from "./Comparison.module.css";

/** Every voter's place of every option; the option that is best on the whole stands on top. */
export function RankingComparison({ question, voices }: ComparisonProps<"ranking">) {
  const options = useRankingOptions(question);
  const said = voices.filter((voice) => voice.label !== undefined);
  const behind = optionsOf(question).length;
  const placesOfOption = (id: string) =>
    said.map((voice) => (voice.label?.includes(id) ? voice.label.indexOf(id) + 1 : null));
  const sum = (places: readonly (number | null)[]) =>
    places.reduce<number>((total, place) => total + (place ?? behind), 0);
  const rows = options
    .map((option) => ({ ...option, places: placesOfOption(option.id) }))
    .sort((a, b) => sum(a.places) - sum(b.places));
  return (
    <table className={classes.places}>
      <caption className={classes.caption}>{titleOf(question)}</caption>
      <thead>
        <tr>
          <td />
          {said.map((voice) => (
            <th key={voice.name} scope="col">
              <VoiceChip name={voice.name} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id} data-split={new Set(row.places).size > 1 || undefined}>
            <th scope="row">{row.title}</th>
            {row.places.map((place, index) => (
              <td key={said[index]?.name}>{place ?? "–"}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
