import { Button, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { projectKey } from "../../api/queries";
import type { NearDuplicates } from "../../api/types";
import { ProgressLine } from "../../ui/charts/ProgressLine";
import { errorText } from "../../ui/errorText";
import { useFormat } from "../../ui/format";
import { Panel } from "../../ui/Panel";
import { Stat } from "../../ui/Stat";
import classes from "./similar.module.css";
import { useRules } from "./useRules";

interface Props {
  projectId: number;
  data: NearDuplicates;
  isBusy: boolean;
}

function useCancel(projectId: number, job: number) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => api.post<unknown>(`jobs/${job}/cancel/`),
    onSettled: () => queryClient.invalidateQueries({ queryKey: projectKey(projectId) }),
  });
}

function Search({
  projectId,
  job,
}: {
  projectId: number;
  job: NonNullable<NearDuplicates["job"]>;
}) {
  const { t } = useTranslation("similar");
  const cancel = useCancel(projectId, job.id);
  return (
    <>
      <ProgressLine label={t("found.searching")} done={job.done} total={job.total ?? 0} />
      <div className={classes.buttons}>
        <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
          {t("found.cancel")}
        </Button>
      </div>
    </>
  );
}

const BEFORE = ["groups", "items", "equal", "saves_judgments"] as const;
const AFTER = ["waiting", "spread", "audits", "left_alone", "returned", "contradicted"] as const;

/** The one decision: label once, or not. */
function Decision({ projectId, data, isBusy }: Props) {
  const { t } = useTranslation(["similar", "common"]);
  const change = useRules(projectId);
  const isOn = data.rules.is_spread;
  return (
    <>
      {change.error ? (
        <Text role="alert" size="sm" c="var(--bad)">
          {errorText(change.error, t)}
        </Text>
      ) : null}
      <div className={classes.buttons}>
        <Button
          variant={isOn ? "default" : "filled"}
          disabled={isBusy || (!isOn && data.counts.groups === 0)}
          loading={change.isPending}
          onClick={() => change.mutate({ is_spread: !isOn })}
        >
          {t(isOn ? "found.turnOff" : "found.turnOn")}
        </Button>
      </div>
    </>
  );
}

function Figures({ data }: { data: NearDuplicates }) {
  const { t } = useTranslation("similar");
  const format = useFormat();
  const { counts, rules } = data;
  const isUsed = rules.is_spread || counts.spread > 0;
  const shown = isUsed ? [...BEFORE.slice(0, 2), ...AFTER] : BEFORE;
  return (
    <>
      <div className={classes.stats}>
        {shown.map((name) => (
          <Stat key={name} value={format.number(counts[name])} label={t(`found.${name}`)} />
        ))}
      </div>
      {rules.is_spread ? null : (
        <p className={classes.words}>
          {t("found.would", {
            groups: format.number(counts.groups),
            judgments: format.number(counts.saves_judgments),
            audits: format.chosenPercent(rules.audit_share),
          })}
        </p>
      )}
    </>
  );
}

export function FoundPanel({ projectId, data, isBusy }: Props) {
  const { t } = useTranslation("similar");
  const { job } = data;
  return (
    <Panel title={t("found.title")} note={t(data.rules.is_spread ? "found.on" : "found.off")}>
      <div className={classes.form}>
        <Figures data={data} />
        {isBusy && job ? <Search projectId={projectId} job={job} /> : null}
        {job?.state === "failed" ? (
          <Text role="alert" size="sm" c="var(--bad)">
            {job.error}
          </Text>
        ) : null}
        <Decision projectId={projectId} data={data} isBusy={isBusy} />
      </div>
    </Panel>
  );
}
