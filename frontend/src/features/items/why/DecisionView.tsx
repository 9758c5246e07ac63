import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import type { LabelSchema, Reason, WhyDecision } from "../../../api/types";
import { titleBefore } from "../../../core/schema";
import { useFormat } from "../../../ui/format";
import { reasonText } from "../reasonText";
import { Recount } from "./Recount";
import type { DecisionStep } from "./story";
import classes from "./why.module.css";
import { modelText, whyNotCheaper, whyNotHigher } from "./whyText";

interface Props {
  step: DecisionStep;
  schema: LabelSchema;
}

function Versions({ decision }: { decision: WhyDecision }) {
  const { t } = useTranslation("items");
  const { guideline_version, policy_version, crowd_version, recomputes } = decision;
  return (
    <p className={classes.versions}>
      <Recount recomputes={recomputes} />
      <span>
        {t("why.versions", { guideline: guideline_version, policy: policy_version })}
        {" · "}
        {crowd_version === null
          ? t("why.noCrowd")
          : t("why.crowdVersion", { version: crowd_version })}
      </span>
    </p>
  );
}

/** What a model said of each question, and how far that counted. */
function Model({ decision, schema }: { decision: WhyDecision; schema: LabelSchema }) {
  const { t } = useTranslation("items");
  const format = useFormat();
  const questionOf = (id: string) => schema.questions.find((each) => each.id === id) ?? { id };
  return decision.model.map((told) => (
    <Fragment key={told.question}>
      <dt>{t("why.model.title")}</dt>
      <dd>
        {schema.questions.length > 1 ? titleBefore(questionOf(told.question)) : ""}
        {modelText(told, schema, t, format)}
      </dd>
    </Fragment>
  ));
}

/** What was decided, why, and why not something cheaper or dearer. */
export function DecisionView({ step: { decision, earlier }, schema }: Props) {
  const { t } = useTranslation("items");
  const format = useFormat();
  // Everything of the decision that the server keeps as its reason stands beside it.
  const reason: Reason = decision;
  return (
    <div className={classes.decision}>
      <p className={classes.head}>
        <strong>{t(`why.kinds.${decision.kind.replace(".", "_")}` as never)}</strong>
        <time dateTime={decision.at}>{format.date(decision.at)}</time>
      </p>
      <p className={classes.sentence}>{reasonText(reason, t, format)}</p>
      <dl className={classes.whyNot}>
        {decision.code === "skipped" ? null : (
          <>
            <dt>{t("why.cheaper.title")}</dt>
            <dd>{whyNotCheaper(decision, earlier, t, format)}</dd>
          </>
        )}
        <dt>{t("why.higher.title")}</dt>
        <dd>{whyNotHigher(decision, t, format)}</dd>
        <Model decision={decision} schema={schema} />
      </dl>
      <Versions decision={decision} />
    </div>
  );
}
