import { IconSparkles } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Assignment, Prediction } from "../../../api/types";
import { type LabelSchema, titleOf } from "../../../core/schema";
import { labelTypeOf } from "../../../labelTypes";
import { Keys } from "../../../stages/keyboard/Keys";
import { useFormat } from "../../../ui/format";
import classes from "../Workspace.module.css";

interface Props {
  schema: LabelSchema;
  assignment: Assignment;
  isAdopted: boolean;
  /** It came once the person had answered. */
  isCheck: boolean;
  onAdopt: () => void;
}

/** A share is a promise: it is shown only where the score was held against people's labels. */
function Score({ prediction }: { prediction: Prediction }) {
  const { t } = useTranslation("workspace");
  const { percent } = useFormat();
  return prediction.is_calibrated ? (
    <span className={classes.score} title={t("suggestion.sureNote")}>
      {percent(prediction.score)}
    </span>
  ) : (
    <span className={classes.score} title={t("suggestion.untestedNote")}>
      {t("suggestion.untested")}
    </span>
  );
}

/** What a model said of the item, to be taken over with one key; to refuse it costs nothing. */
export function Suggestion({ schema, assignment, isAdopted, isCheck, onAdopt }: Props) {
  const { t } = useTranslation("workspace");
  const { prediction, item } = assignment;
  if (!prediction) return null;
  const said = schema.questions.filter((question) => prediction.answer[question.id] !== undefined);
  if (said.length === 0) return null;
  const title = t(isCheck ? "suggestion.checkTitle" : "suggestion.title");
  return (
    <section className={classes.card} aria-label={title} role={isCheck ? "status" : undefined}>
      <h2 className={classes.cardTitle}>
        <IconSparkles size={14} aria-hidden /> {title}
        <Score prediction={prediction} />
      </h2>
      <dl className={classes.said}>
        {said.map((question) => {
          const type = labelTypeOf(question.type);
          const label = prediction.answer[question.id];
          return (
            <div key={question.id}>
              <dt>{titleOf(question)}</dt>
              <dd>
                {type && label !== undefined ? (
                  type.Said && !isAdopted ? (
                    <type.Said question={question} label={label} data={item.data} />
                  ) : (
                    <type.Summary question={question} label={label} />
                  )
                ) : null}
              </dd>
            </div>
          );
        })}
      </dl>
      {isCheck ? <p className={classes.mend}>{t("suggestion.check")}</p> : null}
      {isAdopted && said.some(({ type }) => type === "spans") ? (
        <p className={classes.mend}>
          {t("suggestion.mend")} <Keys stroke="Tab" /> <Keys stroke="KeyX" />
        </p>
      ) : null}
      <button
        type="button"
        className={classes.adopt}
        disabled={isAdopted}
        onMouseDown={(event) => event.preventDefault()}
        onClick={onAdopt}
      >
        {isAdopted ? t("suggestion.adopted") : t("suggestion.adopt")}
        {isAdopted ? null : <Keys stroke="Space" />}
      </button>
    </section>
  );
}
