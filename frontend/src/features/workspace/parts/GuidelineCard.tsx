import { useTranslation } from "react-i18next";
import type { Guideline } from "../../../api/types";
import { Keys } from "../../../stages/keyboard/Keys";
import classes from "../Workspace.module.css";

interface Props {
  guideline: Guideline;
  onOpen: () => void;
}

/** The beginning of the guideline, always in sight. */
export function GuidelineCard({ guideline, onOpen }: Props) {
  const { t } = useTranslation("workspace");
  if (guideline.text.trim() === "") return null;
  return (
    <section className={classes.card} aria-label={t("guideline.title")}>
      <h2 className={classes.cardTitle}>
        {t("guideline.title")} · v{guideline.version}
      </h2>
      <p className={classes.excerpt}>{guideline.text}</p>
      <button type="button" className={classes.fold} onClick={onOpen}>
        {t("guideline.open")} <Keys stroke="KeyG" />
      </button>
    </section>
  );
}
