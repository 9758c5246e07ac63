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

type Meaning = "counting" | "none" | "reliable" | "tentative" | "unclear" | "low";

/** Krippendorff's own bounds: below .667 nothing should be concluded, from .8 on it is reliable. */
const CAREFUL = 0.667;
const RELIABLE = 0.8;

const COLOR: Record<Meaning, string> = {
  counting: "var(--stage-withdrawn)",
  none: "var(--stage-withdrawn)",
  reliable: "var(--stage-settled)",
  tentative: "var(--stage-open)",
  unclear: "var(--stage-open)",
  low: "var(--stage-disputed)",
};

/** What may be concluded, by the whole interval: an estimate alone may be luck. */
function meaningOf({ alpha, low, high, is_counting }: Agreement): Meaning {
  if (is_counting) return "counting";
  if (alpha === null) return "none";
  if ((high ?? alpha) < CAREFUL) return "low";
  if ((low ?? 0) >= RELIABLE) return "reliable";
  return (low ?? 0) >= CAREFUL ? "tentative" : "unclear";
}

function QuestionAgreement({ question, agreement }: { question: string; agreement: Agreement }) {
  const { t } = useTranslation("board");
  const format = useFormat();
  const { alpha, low, high, observed, items, ac1, kappa, kappa_pairs } = agreement;
  const meaning = meaningOf(agreement);
  const range =
    low === null || high === null ? "" : `[${format.decimal(low)}, ${format.decimal(high)}]`;
  const metric = agreement.metric.replace("krippendorff_", "");
  const beside = [
    t("agreement.items", { count: items }),
    t("agreement.observed", { share: format.percent(observed, 1) }),
    ac1 === null ? "" : t("agreement.ac1", { value: format.decimal(ac1) }),
    kappa === null
      ? ""
      : t("agreement.kappa", { count: kappa_pairs, value: format.decimal(kappa) }),
    t(`agreement.metric.${metric}`),
  ].filter(Boolean);
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
          color={COLOR[meaning]}
          label={t("agreement.label", { question, alpha: format.decimal(alpha), range })}
        />
      </div>
      <p className={classes.meaning}>{t(`agreement.meaning.${meaning}`)}</p>
      <span className={classes.beside}>{beside.join(" · ")}</span>
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
