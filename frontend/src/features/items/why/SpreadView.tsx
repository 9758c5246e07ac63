import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Why } from "../../../api/types";
import { useFormat } from "../../../ui/format";
import { reasonText } from "../reasonText";
import { Recount } from "./Recount";
import classes from "./why.module.css";

interface Props {
  projectId: number;
  spread: Why["spread"][number];
}

/** From which near-duplicate the label was copied, and whether that was taken back. */
export function SpreadView({ projectId, spread }: Props) {
  const { t } = useTranslation("items");
  const format = useFormat();
  const { at, sentence, item, taken_back_at, recomputes } = spread;
  return (
    <div className={classes.decision}>
      <p className={classes.head}>
        <strong>{t("why.spread")}</strong>
        <time dateTime={at}>{format.date(at)}</time>
      </p>
      <p className={classes.sentence}>
        {reasonText({ code: "spread", sentence, spread }, t, format)}
      </p>
      {taken_back_at ? (
        <p className={classes.comment}>
          {t("why.takenBack", { date: format.date(taken_back_at) })}
        </p>
      ) : null}
      <p className={classes.versions}>
        <Recount recomputes={recomputes} />
        <Link to="/projects/$projectId/items/$itemId" params={{ projectId, itemId: item }}>
          {t("why.spreadFrom", { item })}
        </Link>
      </p>
    </div>
  );
}
