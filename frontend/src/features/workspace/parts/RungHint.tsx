import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Work } from "../../../api/types";
import { confusedTitles } from "../../../core/schema";
import { Keys } from "../../../stages/keyboard/Keys";
import classes from "../Workspace.module.css";

interface Props {
  work: Work;
  onGuideline: () => void;
}

function hintOf({ standing, guideline }: Work, t: TFunction<"workspace">): string {
  const { rung, overruled, sentence, confusion } = standing;
  const isHint = rung === "hint";
  const titles = confusedTitles(guideline.schema, confusion);
  const parts = [
    isHint && overruled ? t("hint.overruled", { reason: sentence.replace(/^[^:]*: /, "") }) : "",
    titles ? t("hint.confusion", titles) : "",
    isHint && !overruled && !titles ? t("hint.plain") : "",
  ];
  return parts.filter(Boolean).join("\n");
}

/** The first rung of the ladder: what to look at again. Once seen it is gone until it changes. */
export function RungHint({ work, onGuideline }: Props) {
  const { t } = useTranslation("workspace");
  const place = `annotate.hint.${work.project.id}`;
  const [seen, setSeen] = useState(() => sessionStorage.getItem(place));
  const text = hintOf(work, t);
  const isShown = text !== "" && text !== seen;
  const handleSeen = () => {
    sessionStorage.setItem(place, text);
    setSeen(text);
  };
  // The box is there before its words, so that a screen reader says them when it is done talking.
  return (
    <div role="status">
      {isShown ? (
        <p className={classes.notice} data-tone="plain">
          <span className={classes.lines}>{text}</span>
          <button type="button" onClick={onGuideline}>
            {t("hint.guideline")}&nbsp;
            <Keys stroke="KeyG" />
          </button>
          <button type="button" onClick={handleSeen}>
            {t("hint.seen")}
          </button>
        </p>
      ) : null}
    </div>
  );
}
