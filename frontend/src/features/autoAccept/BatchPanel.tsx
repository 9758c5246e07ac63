import { Button, Progress, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { projectKey } from "../../api/queries";
import type { Acceptance } from "../../api/types";
import { errorText } from "../../ui/errorText";
import { useFormat } from "../../ui/format";
import { Notice } from "../../ui/Notice";
import { Panel } from "../../ui/Panel";
import { Stat } from "../../ui/Stat";
import { Tag } from "../../ui/Tag";
import classes from "./autoAccept.module.css";
import { type Decision, decisionOf, isAtWork } from "./decision";

const TONES = {
  stale: "warn",
  waits: "plain",
  ready: "plain",
  proven: "good",
  more: "warn",
  hopeless: "bad",
  accepting: "plain",
  stopped: "warn",
  accepted: "good",
  broken: "bad",
  reopened: "bad",
  cancelled: "plain",
} as const satisfies Record<Decision, string>;

/** Which steps a lead may take in each situation. */
const STEPS: Partial<Record<Decision, readonly ("look" | "accept" | "cancel")[]>> = {
  stale: ["cancel"],
  waits: ["cancel"],
  ready: ["look", "cancel"],
  proven: ["accept", "cancel"],
  more: ["cancel"],
  hopeless: ["cancel"],
  accepting: ["cancel"],
  stopped: ["accept"],
};

function Bar({ done, total, label }: { done: number; total: number; label: string }) {
  return (
    <div>
      <Text size="sm" mb={6}>
        {label}
      </Text>
      <Progress value={total > 0 ? (done / total) * 100 : 0} aria-label={label} />
    </div>
  );
}

function Said({ batch, decision }: { batch: Acceptance; decision: Decision }) {
  const { t } = useTranslation("autoAccept");
  const format = useFormat();
  const { verdict, rolling } = batch;
  const numbers = {
    audited: format.number(verdict?.audited ?? batch.audited),
    errors: format.number(verdict?.errors ?? 0),
    missing: format.number(verdict?.missing ?? 0),
    upper: format.percent(verdict?.upper, 1),
    target: format.chosenPercent(batch.target),
    risk: format.chosenPercent(batch.risk),
    left: format.number(batch.drawn - batch.audited),
    rest: format.number(batch.size - batch.drawn),
    accepted: format.number(batch.accepted),
    rollingAudited: format.number(rolling.audited),
    rollingErrors: format.number(rolling.errors),
    because: t(`because.${batch.stale ?? "model"}`),
  };
  return (
    <Notice tone={TONES[decision]} title={t(`decision.${decision}.title`, numbers)}>
      <p className={classes.words}>{t(`decision.${decision}.text`, numbers)}</p>
    </Notice>
  );
}

function Figures({ batch }: { batch: Acceptance }) {
  const { t } = useTranslation("autoAccept");
  const format = useFormat();
  const { rolling } = batch;
  const isAccepted = batch.state !== "auditing" && batch.state !== "cancelled";
  return (
    <div className={classes.stats}>
      <Stat value={format.number(batch.size)} label={t("figures.size")} />
      <Stat
        value={`${format.number(batch.audited)} / ${format.number(batch.drawn)}`}
        label={t("figures.audits")}
        note={t("figures.looks", { count: batch.looks })}
      />
      <Stat
        value={batch.verdict ? format.number(batch.verdict.errors) : "–"}
        label={t("figures.errors")}
      />
      {isAccepted ? (
        <>
          <Stat value={format.number(batch.accepted)} label={t("figures.accepted")} />
          <Stat
            value={`${format.number(rolling.audited)} / ${format.number(rolling.drawn)}`}
            label={t("figures.rolling")}
            note={t("figures.rollingErrors", { count: rolling.errors })}
          />
          <Stat
            value={format.decimal(rolling.evidence)}
            label={t("figures.evidence")}
            note={t("figures.breachAt", { value: format.decimal(rolling.breach_at) })}
          />
        </>
      ) : null}
    </div>
  );
}

function Progressing({ batch }: { batch: Acceptance }) {
  const { t } = useTranslation("autoAccept");
  const format = useFormat();
  if (batch.job && isAtWork(batch)) {
    const { done, total } = batch.job;
    const label = t(`progress.${batch.state}`, {
      done: format.number(done),
      total: total === null ? "…" : format.number(total),
    });
    return <Bar done={done} total={total ?? 0} label={label} />;
  }
  if (batch.state !== "auditing") return null;
  const label = t("progress.auditing", {
    done: format.number(batch.audited),
    total: format.number(batch.drawn),
  });
  return <Bar done={batch.audited} total={batch.drawn} label={label} />;
}

function Steps({ projectId, batch }: { projectId: number; batch: Acceptance }) {
  const { t } = useTranslation("autoAccept");
  const format = useFormat();
  const queryClient = useQueryClient();
  const step = useMutation({
    mutationFn: (name: string) =>
      api.post<Acceptance>(`projects/${projectId}/auto-accept/${batch.id}/${name}/`),
    onSettled: () => queryClient.invalidateQueries({ queryKey: projectKey(projectId) }),
  });
  const names = STEPS[decisionOf(batch)] ?? [];
  const count = format.number(batch.size - batch.drawn);
  return (
    <>
      {step.error ? (
        <Text role="alert" size="sm" c="var(--bad)">
          {errorText(step.error, t)}
        </Text>
      ) : null}
      {names.length > 0 ? (
        <div className={classes.buttons}>
          {names.map((name) => (
            <Button
              key={name}
              variant={name === "cancel" ? "default" : "filled"}
              loading={step.isPending && step.variables === name}
              disabled={step.isPending}
              onClick={() => step.mutate(name)}
            >
              {t(`steps.${name}`, { items: count })}
            </Button>
          ))}
        </div>
      ) : null}
    </>
  );
}

interface Props {
  projectId: number;
  batch: Acceptance;
  title: string;
}

export function BatchPanel({ projectId, batch, title }: Props) {
  const { t } = useTranslation("autoAccept");
  const format = useFormat();
  const decision = decisionOf(batch);
  return (
    <Panel
      title={title}
      note={t("batch.note", {
        version: batch.model_version,
        low: format.chosenPercent(batch.low),
        high: format.chosenPercent(batch.high),
        target: format.chosenPercent(batch.target),
        risk: format.chosenPercent(batch.risk),
        who: batch.created_by,
        ago: format.ago(batch.created_at),
      })}
      actions={<Tag tone={TONES[decision]}>{t(`state.${batch.state}`)}</Tag>}
    >
      <div className={classes.batch}>
        <Said batch={batch} decision={decision} />
        <Figures batch={batch} />
        <Progressing batch={batch} />
        <Steps projectId={projectId} batch={batch} />
      </div>
    </Panel>
  );
}
