import { useTranslation } from "react-i18next";
import type { LabelSchema, Why } from "../../../api/types";
import { useFormat } from "../../../ui/format";
import { LabelSummary } from "../LabelSummary";
import classes from "./why.module.css";

interface Props {
  verdict: Why["verdicts"][number];
  schema: LabelSchema;
}

/** What an expert decided, and why in the expert's own words. */
export function VerdictView({ verdict, schema }: Props) {
  const { t } = useTranslation("items");
  const format = useFormat();
  return (
    <>
      <p className={classes.head}>
        <strong>{verdict.expert ?? t("source.adjudication")}</strong>
        <span className={classes.quiet}>{t("why.ruled")}</span>
        <time dateTime={verdict.at}>{format.date(verdict.at)}</time>
      </p>
      {schema.questions.map((question) => (
        <p key={question.id} className={classes.answer}>
          <LabelSummary question={question} answer={verdict.answer} />
        </p>
      ))}
      {verdict.sentence ? <p className={classes.comment}>“{verdict.sentence}”</p> : null}
    </>
  );
}
