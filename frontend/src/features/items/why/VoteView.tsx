import { useTranslation } from "react-i18next";
import type { LabelSchema, Question } from "../../../api/types";
import { titleBefore } from "../../../core/schema";
import { classTitle } from "../../../ui/classTitle";
import { useFormat } from "../../../ui/format";
import { Tag } from "../../../ui/Tag";
import { LabelSummary } from "../LabelSummary";
import type { Told, VoteStep } from "./story";
import classes from "./why.module.css";

function Weight({ told, question }: { told: Told; question: Question }) {
  const { t } = useTranslation("items");
  const format = useFormat();
  const { weight, leading } = told;
  const share = format.percent(told.confidence, 1);
  return (
    <div className={classes.told}>
      {weight === null ? null : (
        <span className={classes.weight}>
          <span aria-hidden>{leading === null ? t("why.trust") : t("why.weight")}</span>
          <meter
            min={0}
            max={1}
            value={weight}
            aria-label={t(leading === null ? "why.trustOf" : "why.weightOf", {
              share: format.percent(weight, 1),
            })}
          />
          <span aria-hidden>{format.percent(weight, 1)}</span>
        </span>
      )}
      <span className={classes.after}>
        {leading === null
          ? t("why.sureAfter", { share })
          : t("why.after", { label: classTitle(question, leading), share })}
      </span>
    </div>
  );
}

interface Props {
  step: VoteStep;
  schema: LabelSchema;
}

/** One vote: whose, what it said, how much it tells, and where that left the item. */
export function VoteView({ step: { ballot, told }, schema }: Props) {
  const { t } = useTranslation("items");
  const format = useFormat();
  const answered = schema.questions.filter(({ id }) => ballot.answer[id] !== undefined);
  return (
    <>
      <p className={classes.head}>
        <strong>{ballot.worker}</strong>
        <span className={classes.quiet}>{t("why.voted")}</span>
        {ballot.unsure ? <Tag tone="warn">{t("judgments.unsure")}</Tag> : null}
        {ballot.saw_prediction ? <Tag>{t("why.sawModel")}</Tag> : null}
        <time dateTime={ballot.at}>{format.date(ballot.at)}</time>
      </p>
      {answered.map((question) => {
        const found = told.find((each) => each.question === question.id);
        return (
          <div key={question.id}>
            <p className={classes.answer}>
              {schema.questions.length > 1 ? (
                <span className={classes.quiet}>{titleBefore(question)}</span>
              ) : null}
              <LabelSummary question={question} answer={ballot.answer} />
            </p>
            {found ? <Weight told={found} question={question} /> : null}
          </div>
        );
      })}
      {ballot.comment ? <p className={classes.comment}>“{ballot.comment}”</p> : null}
    </>
  );
}
