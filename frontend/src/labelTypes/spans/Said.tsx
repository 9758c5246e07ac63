import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { TextIndex } from "../../core/offsets";
import { colorsOfCategory } from "../../core/palette";
import { titleOfCategory } from "../../core/schema";
import classes from "../shared/ObjectList.module.css";
import { Swatch } from "../shared/OptionList";
import type { SaidProps } from "../types";

const MOST_CHARACTERS = 80;
/** The rest is seen where it stands, once it is adopted. */
const MOST_SPANS = 20;

/** The words of each suggested span, so that one sees what there is to adopt. */
export function SpansSaid({ question, label, data }: SaidProps<"spans">) {
  const { t } = useTranslation("labelTypes");
  const value = data[question.on];
  const index = useMemo(() => new TextIndex(typeof value === "string" ? value : ""), [value]);
  const { categories } = question;
  const rest = label.length - MOST_SPANS;
  return (
    <div data-rows>
      {t("spans.count", { count: label.length })}
      {label.slice(0, MOST_SPANS).map((span) => (
        <span key={`${span.start}-${span.end}-${span.category}`} className={classes.row}>
          <Swatch colors={colorsOfCategory(categories, span.category)} />
          <span className={classes.text}>
            {index.slice(span.start, Math.min(span.end, span.start + MOST_CHARACTERS))}
          </span>
          <span className={classes.note}>{titleOfCategory(categories, span.category)}</span>
        </span>
      ))}
      {rest > 0 ? <p className={classes.empty}>{t("spans.more", { count: rest })}</p> : null}
    </div>
  );
}
