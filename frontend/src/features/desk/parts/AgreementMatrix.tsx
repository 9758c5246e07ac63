import { useTranslation } from "react-i18next";
import type { QuestionAgreement } from "../../../api/types";
import { useFormat } from "../../../ui/format";
import classes from "../Desk.module.css";

interface Props {
  agreement: QuestionAgreement;
  voters: readonly string[];
}

interface CellProps {
  distance: number | null | undefined;
  isSelf: boolean;
}

/** 1 is the same label, 0 has nothing in common; the shade says it, the figure says it exactly. */
function Cell({ distance, isSelf }: CellProps) {
  const { decimal } = useFormat();
  if (isSelf || distance === null || distance === undefined) return <td>–</td>;
  const shared = 1 - distance;
  const share = `${Math.round(distance * 34)}%`;
  return (
    <td style={{ background: `color-mix(in srgb, var(--warn) ${share}, transparent)` }}>
      {decimal(shared)}
    </td>
  );
}

/** How much each two voters agree on a question. */
export function AgreementMatrix({ agreement, voters }: Props) {
  const { t } = useTranslation("desk");
  const { distances } = agreement;
  if (voters.length < 2 || distances.length < 2) return null;
  return (
    <table className={classes.matrix}>
      <caption>{t("agreement.matrix")}</caption>
      <thead>
        <tr>
          <td />
          {voters.map((voter) => (
            <th key={voter} scope="col">
              {voter}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {voters.map((voter, row) => (
          <tr key={voter}>
            <th scope="row">{voter}</th>
            {voters.map((other, column) => (
              <Cell key={other} distance={distances[row]?.[column]} isSelf={row === column} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
