import { useTranslation } from "react-i18next";
import type { Why } from "../../../api/types";
import { useFormat } from "../../../ui/format";
import { reasonText } from "../reasonText";
import { Recount } from "./Recount";
import classes from "./why.module.css";

/** How a model came to be trusted with the label, and whether that was taken back. */
export function AcceptedView({ accepted }: { accepted: Why["accepted"][number] }) {
  const { t } = useTranslation("items");
  const format = useFormat();
  const { at, sentence, model_version, taken_back_at, recomputes } = accepted;
  return (
    <div className={classes.decision}>
      <p className={classes.head}>
        <strong>{t("why.accepted")}</strong>
        <time dateTime={at}>{format.date(at)}</time>
      </p>
      <p className={classes.sentence}>
        {reasonText({ code: "auto_accepted", sentence, accepted }, t, format)}
      </p>
      {taken_back_at ? (
        <p className={classes.comment}>
          {t("why.takenBack", { date: format.date(taken_back_at) })}
        </p>
      ) : null}
      <p className={classes.versions}>
        <Recount recomputes={recomputes} />
        <span>
          {t("why.acceptedVersions", { model: model_version, batch: accepted.acceptance })}
        </span>
      </p>
    </div>
  );
}
