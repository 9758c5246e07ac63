import type { CategoryColors } from "../../core/palette";
import { Swatch } from "./OptionList";
import classes from "./Tally.module.css";
import { VoiceChip } from "./VoiceChip";

export interface TallyRow {
  id: string;
  title: string;
  colors?: CategoryColors;
  /** Who said this. */
  names: readonly string[];
}

interface Props {
  rows: readonly TallyRow[];
  voices: number;
  caption: string;
  /** Each row is a question of its own: said by all, by none, or split. */
  isPerRow?: boolean;
}

/** Who chose what: one row for each thing that could be said, disagreement in sight. */
export function Tally({ rows, voices, caption, isPerRow = false }: Props) {
  const isUnanimous = rows.some((row) => row.names.length === voices);
  const toneOf = (row: TallyRow) =>
    (isPerRow ? row.names.length === voices : isUnanimous) ? "same" : "split";
  return (
    <table className={classes.tally}>
      <caption className={classes.caption}>{caption}</caption>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id} data-said={row.names.length > 0 || undefined}>
            <th scope="row">
              <span className={classes.title}>
                {row.colors ? <Swatch colors={row.colors} /> : null}
                {row.title}
              </span>
            </th>
            <td>
              <span className={classes.names}>
                {row.names.map((name) => (
                  <VoiceChip key={name} name={name} tone={toneOf(row)} />
                ))}
              </span>
            </td>
            <td className={classes.count}>{row.names.length || ""}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
