import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { projectQuery } from "../../api/queries";
import type { Board } from "../../api/types";
import { titleOf } from "../../core/schema";
import { IntervalBar } from "../../ui/charts/IntervalBar";
import { EmptyState } from "../../ui/EmptyState";
import { useFormat } from "../../ui/format";
import { Panel } from "../../ui/Panel";
import classes from "./BoardScreen.module.css";

type Agreement = Board["agreement"][string];

/** Krippendorff's own bounds: below .667 nothing should be concluded, from .8 on it is reliable. */
function colorOf(alpha: number | null): string {
  if (alpha === null) return "var(--stage-withdrawn)";
  if (alpha < 0.667) return "var(--stage-disputed)";
  return alpha < 0.8 ? "var(--stage-open)" : "var(--stage-settled)";
}

function QuestionAgreement({ question, agreement }: { question: string; agreement: Agreement }) {
  const { t } = useTranslation("board");
  const format = useFormat();
  const { alpha, low, high, observed, items } = agreement;
  const range =
    low === null || high === null ? "" : `[${format.decimal(low)}, ${format.decimal(high)}]`;
  return (
    <div className={classes.question}>
      <span className={classes.questionName}>{question}</span>
      <span className={classes.figure}>
        α {format.decimal(alpha)} <span className={classes.sub}>{range}</span>
      </span>
      <div className={classes.interval}>
        <IntervalBar
          value={alpha}
          low={low}
          high={high}
          color={colorOf(alpha)}
          label={t("agreement.label", { question, alpha: format.decimal(alpha), range })}
        />
      </div>
      <span className={classes.sub}>{t("agreement.items", { count: items })}</span>
      <span className={classes.sub}>
        {t("agreement.observed", { share: format.percent(observed, 1) })}
      </span>
    </div>
  );
}

interface Props {
  projectId: number;
  agreement: Board["agreement"];
}

export function AgreementPanel({ projectId, agreement }: Props) {
  const { t } = useTranslation("board");
  const { data: project } = useQuery(projectQuery(projectId));
  const asked = project?.guideline?.schema.questions ?? [];
  const questions = Object.entries(agreement).map(([id, each]) => {
    const question = asked.find((one) => one.id === id);
    return { id, title: question ? titleOf(question) : id, each };
  });
  return (
    <Panel title={t("agreement.title")} note={t("agreement.note")}>
      {questions.length === 0 ? (
        <EmptyState title={t("agreement.none")}>{t("agreement.noneText")}</EmptyState>
      ) : (
        questions.map(({ id, title, each }) => (
          <QuestionAgreement key={id} question={title} agreement={each} />
        ))
      )}
    </Panel>
  );
}
