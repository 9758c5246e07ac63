import { useTranslation } from "react-i18next";
import type { Production } from "../../api/types";
import { EmptyState } from "../../ui/EmptyState";
import { useFormat } from "../../ui/format";
import { Panel } from "../../ui/Panel";
import { Stat } from "../../ui/Stat";
import { Tag } from "../../ui/Tag";
import classes from "./production.module.css";
import { useLabelText } from "./useLabelText";

type Drift = Production["drift"][number];

const SMALLEST_P = 0.001;

function useP() {
  const format = useFormat();
  return (p: number) => (p < SMALLEST_P ? "p < 0.001" : `p = ${format.decimal(p)}`);
}

interface LabelsProps {
  question: string;
  labels: NonNullable<Drift["labels"]>;
}

function Labels({ question, labels }: LabelsProps) {
  const { t } = useTranslation("production");
  const format = useFormat();
  const p = useP();
  const labelText = useLabelText();
  const [risen] = labels.risen;
  return (
    <>
      <div className={classes.stats}>
        <Stat value={format.decimal(labels.stability)} label={t("drift.stability")} />
        <Stat value={format.decimal(labels.g)} label={t("drift.g")} note={p(labels.p)} />
        <Stat
          value={format.number(labels.now)}
          label={t("drift.predictions")}
          note={t("drift.lessons", { count: labels.before })}
        />
      </div>
      {labels.is_drifting && risen ? (
        <p className={classes.note}>
          {t("drift.risen", { label: labelText(question, JSON.parse(risen)) })}
        </p>
      ) : null}
    </>
  );
}

function Texts({ vectors }: { vectors: NonNullable<Drift["vectors"]> }) {
  const { t } = useTranslation("production");
  const format = useFormat();
  const p = useP();
  return (
    <div className={classes.stats}>
      <Stat value={format.decimal(vectors.shift)} label={t("drift.shift")} />
      <Stat value={format.decimal(vectors.z)} label={t("drift.z")} note={p(vectors.p)} />
      <Stat value={format.decimal(vectors.distance)} label={t("drift.distance")} />
    </div>
  );
}

function QuestionDrift({ drift }: { drift: Drift }) {
  const { t } = useTranslation("production");
  const format = useFormat();
  const few = <p className={classes.note}>{t("drift.few")}</p>;
  return (
    <div className={classes.drift}>
      <h3 className={classes.driftHead}>
        {drift.title}
        <Tag tone={drift.is_drifting ? "warn" : "good"}>
          {drift.is_drifting ? t("drift.drifting") : t("drift.steady")}
        </Tag>
        <span className={classes.faint}>{format.ago(drift.at)}</span>
      </h3>
      <h4 className={classes.part}>{t("drift.labels")}</h4>
      {drift.labels ? <Labels question={drift.question} labels={drift.labels} /> : few}
      <h4 className={classes.part}>{t("drift.texts")}</h4>
      {drift.vectors ? <Texts vectors={drift.vectors} /> : few}
    </div>
  );
}

/** Whether production is still what the model has learnt from, in numbers. */
export function DriftPanel({ drift }: { drift: Production["drift"] }) {
  const { t } = useTranslation("production");
  return (
    <Panel title={t("drift.title")} note={t("drift.note")}>
      {drift.length === 0 ? (
        <EmptyState title={t("drift.none")}>{t("drift.noneText")}</EmptyState>
      ) : (
        drift.map((each) => <QuestionDrift key={each.question} drift={each} />)
      )}
    </Panel>
  );
}
