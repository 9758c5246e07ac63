import { IconEyeOff } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Dispute } from "../../../api/types";
import { Keys } from "../../../stages/keyboard/Keys";
import classes from "../Desk.module.css";
import type { Missing } from "../verdict";
import { DisputeTags } from "./DisputeTags";
import { Problems } from "./Problems";

interface Props {
  dispute: Dispute;
  missing: Missing | null;
  unsent: string | null;
  showsMissing: boolean;
  isDeciding: boolean;
  onDecide: () => void;
  foot: ReactNode;
}

/** Before the votes are shown: the expert answers alone. */
export function BlindPanel({ dispute, missing, unsent, showsMissing, ...props }: Props) {
  const { t } = useTranslation("desk");
  return (
    <section className={classes.verdict} aria-label={t("blind.title")}>
      <h2 className={classes.heading}>{t("blind.title")}</h2>
      <DisputeTags dispute={dispute} />
      <p className={classes.blind}>
        <IconEyeOff size={18} aria-hidden />
        <strong>{t("blind.hidden")}</strong>
      </p>
      <ol className={classes.steps}>
        <li aria-current="step">{t("blind.answer")}</li>
        <li>{t("blind.see")}</li>
        <li>{t("blind.keep")}</li>
      </ol>
      <Problems
        missing={showsMissing && missing ? t(`missing.${missing}`) : null}
        unsent={unsent}
      />
      <button
        type="button"
        className={classes.decide}
        disabled={props.isDeciding}
        onMouseDown={(event) => event.preventDefault()}
        onClick={props.onDecide}
      >
        {t(props.isDeciding ? "verdict.deciding" : "blind.commit")} <Keys stroke="Enter" />
      </button>
      {props.foot}
    </section>
  );
}
