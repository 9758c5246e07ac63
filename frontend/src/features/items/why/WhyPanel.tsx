import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { whyQuery } from "../../../api/queries";
import type { LabelSchema, Why } from "../../../api/types";
import { EmptyState } from "../../../ui/EmptyState";
import { useFormat } from "../../../ui/format";
import { Loaded } from "../../../ui/Loaded";
import { Notice } from "../../../ui/Notice";
import { Panel } from "../../../ui/Panel";
import { LabelSummary } from "../LabelSummary";
import { AcceptedView } from "./AcceptedView";
import { DecisionView } from "./DecisionView";
import { SpreadView } from "./SpreadView";
import { type Step, storyOf } from "./story";
import { VerdictView } from "./VerdictView";
import { VoteView } from "./VoteView";
import classes from "./why.module.css";

interface Props {
  projectId: number;
  itemId: number;
  schema: LabelSchema;
}

interface StepProps {
  projectId: number;
  step: Step;
  schema: LabelSchema;
}

function StepView({ projectId, step, schema }: StepProps) {
  if (step.kind === "spread") return <SpreadView projectId={projectId} spread={step.spread} />;
  if (step.kind === "accepted") return <AcceptedView accepted={step.accepted} />;
  if (step.kind === "vote") return <VoteView step={step} schema={schema} />;
  if (step.kind === "verdict") return <VerdictView verdict={step.verdict} schema={schema} />;
  return <DecisionView step={step} schema={schema} />;
}

function toneOf(step: Step): string {
  if (step.kind !== "decision") return step.kind;
  return step.decision.kind.replace(".", "_");
}

function Final({ final, schema }: { final: NonNullable<Why["final"]>; schema: LabelSchema }) {
  const { t } = useTranslation("items");
  const format = useFormat();
  return (
    <li data-tone="final">
      <p className={classes.head}>
        <strong>{t("why.final")}</strong>
        <span className={classes.quiet}>
          {t(`source.${final.source}`, { defaultValue: final.source })}
          {" · "}
          {format.percent(final.confidence, 1)}
        </span>
      </p>
      {schema.questions.map((question) => (
        <p key={question.id} className={classes.answer}>
          <LabelSummary question={question} answer={final.answer} />
        </p>
      ))}
    </li>
  );
}

function Story({ why, ...rest }: { why: Why; projectId: number; schema: LabelSchema }) {
  const { t } = useTranslation("items");
  const { schema } = rest;
  const steps = storyOf(why);
  if (steps.length === 0) {
    return <EmptyState title={t("why.none")}>{t("why.noneText")}</EmptyState>;
  }
  const told = steps.flatMap((step) => (step.kind === "vote" ? step.told : []));
  return (
    <>
      {why.recomputes ? null : (
        <Notice tone="bad" title={t("why.differs")}>
          {t("why.differsText")}
        </Notice>
      )}
      {told.some(({ leading }) => leading !== null) ? (
        <p className={classes.legend}>{t("why.legend")}</p>
      ) : null}
      {told.some(({ leading }) => leading === null) ? (
        <p className={classes.legend}>{t("why.trustLegend")}</p>
      ) : null}
      <ol className={classes.story}>
        {steps.map((step) => (
          <li key={step.key} data-tone={toneOf(step)}>
            <StepView step={step} {...rest} />
          </li>
        ))}
        {why.final ? <Final final={why.final} schema={schema} /> : null}
      </ol>
    </>
  );
}

/** The whole story of a label, for a reader who knows no statistics. */
export function WhyPanel({ projectId, itemId, schema }: Props) {
  const { t } = useTranslation("items");
  const query = useQuery(whyQuery(projectId, itemId));
  return (
    <Panel title={t("why.title")} note={t("why.note")}>
      <Loaded query={query}>
        {(why) => <Story why={why} projectId={projectId} schema={schema} />}
      </Loaded>
    </Panel>
  );
}
