import { useTranslation } from "react-i18next";
import type { Guideline } from "../../../api/types";
import { Keys } from "../../../stages/keyboard/Keys";
import { Markdown } from "../../../ui/markdown/Markdown";
import { useOverflows } from "../../../ui/useOverflows";
import classes from "../Workspace.module.css";

interface Props {
  guideline: Guideline;
  onOpen: () => void;
}

/** The beginning of the guideline, always in sight. */
export function GuidelineCard({ guideline, onOpen }: Props) {
  const { t } = useTranslation("workspace");
  const { ref, overflows } = useOverflows<HTMLDivElement>();
  if (guideline.text.trim() === "") return null;
  return (
    <section className={classes.card} aria-label={t("guideline.title")}>
      <h2 className={classes.cardTitle}>
        {t("guideline.title")} · v{guideline.version}
      </h2>
      <div ref={ref} className={classes.excerpt} data-cut={overflows || undefined}>
        {/* The renderer arrives late and replaces what stood here: only this box stays measured. */}
        <div>
          <Markdown text={guideline.text} />
        </div>
      </div>
      <button type="button" className={classes.fold} onClick={onOpen}>
        {t("guideline.open")} <Keys stroke="KeyG" />
      </button>
    </section>
  );
}
