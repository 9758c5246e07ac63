import { Button, Progress, Table } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "../../../api/client";
import { isUnderWay, llmQuery } from "../../../api/queries";
import type { Job, LlmRun } from "../../../api/types";
import { errorText } from "../../../ui/errorText";
import { useFormat } from "../../../ui/format";
import { Tag, type Tone } from "../../../ui/Tag";
import classes from "./llm.module.css";

const TONES = {
  queued: "plain",
  running: "accent",
  done: "good",
  failed: "bad",
  cancelled: "warn",
} as const satisfies Record<Job["state"], Tone>;

type Titles = ReadonlyMap<string, string>;

function UnderWay({ projectId, job }: { projectId: number; job: Job }) {
  const { t } = useTranslation("model");
  const format = useFormat();
  const queryClient = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => api.post<Job>(`jobs/${job.id}/cancel/`),
    onSettled: () => queryClient.invalidateQueries({ queryKey: llmQuery(projectId).queryKey }),
  });
  const label = t("llm.progress", {
    done: format.number(job.done),
    total: job.total === null ? "…" : format.number(job.total),
  });
  return (
    <div className={classes.stack}>
      <span>{label}</span>
      <Progress w="100%" value={job.total ? (job.done / job.total) * 100 : 0} aria-label={label} />
      <Button size="compact-xs" variant="default" onClick={() => cancel.mutate()}>
        {t("llm.cancel")}
      </Button>
      {cancel.error ? <span role="alert">{errorText(cancel.error, t)}</span> : null}
    </div>
  );
}

function State({ projectId, run }: { projectId: number; run: LlmRun }) {
  const { t } = useTranslation("model");
  const { t: say } = useTranslation("common");
  const { job } = run;
  const code = job.error_code;
  return (
    <div className={classes.stack}>
      <Tag tone={run.stopped ? "warn" : TONES[job.state]}>
        {run.stopped ? t(`llm.stopped.${run.stopped}`) : t(`llm.state.${job.state}`)}
      </Tag>
      {isUnderWay(job) ? <UnderWay projectId={projectId} job={job} /> : null}
      {job.state === "failed" && code ? (
        <span className={classes.faint}>{say(`errors.${code}`, job.error ?? "")}</span>
      ) : null}
      {run.hearing ? (
        <span className={classes.faint}>{t(`llm.hearing.${run.hearing}`)}</span>
      ) : null}
    </div>
  );
}

function Scores({ run, titles }: { run: LlmRun; titles: Titles }) {
  const { t } = useTranslation("model");
  const format = useFormat();
  const measured = run.scores.filter(({ compared }) => compared > 0);
  if (measured.length === 0) return "–";
  return measured.map(({ question, right, compared }) => (
    <div key={question}>
      {t("llm.score", {
        title: titles.get(question) ?? question,
        share: format.percent(right / compared, 1),
      })}{" "}
      <span className={classes.faint}>{t("llm.of", { count: compared })}</span>
    </div>
  ));
}

function RunRow({ projectId, run, titles }: { projectId: number; run: LlmRun; titles: Titles }) {
  const { t } = useTranslation("model");
  const format = useFormat();
  const { counts, spent } = run;
  const none = Object.values(counts.problems).reduce((sum, count) => sum + count, 0);
  return (
    <Table.Tr>
      <Table.Td>
        <div>{t("llm.model", { endpoint: run.endpoint, model: run.model })}</div>
        <div className={classes.faint}>{format.ago(run.created_at)}</div>
      </Table.Td>
      <Table.Td>
        <code>{run.prompt_version.slice(0, 8)}</code>
        <div className={classes.faint}>{t("llm.guideline", { version: run.guideline })}</div>
      </Table.Td>
      <Table.Td>
        <State projectId={projectId} run={run} />
      </Table.Td>
      <Table.Td>
        <Scores run={run} titles={titles} />
      </Table.Td>
      <Table.Td>
        {t("llm.labels", {
          labels: format.number(counts.labels),
          items: format.number(counts.items),
        })}
      </Table.Td>
      <Table.Td>
        {format.number(none)}
        {counts.lost_quotes > 0 ? (
          <div className={classes.faint}>{t("llm.quotes", { count: counts.lost_quotes })}</div>
        ) : null}
      </Table.Td>
      <Table.Td>
        {t("llm.spent", {
          money: format.money(spent.money),
          tokens: format.number(spent.tokens_in + spent.tokens_out),
        })}
      </Table.Td>
    </Table.Tr>
  );
}

interface Props {
  projectId: number;
  runs: readonly LlmRun[];
  titles: Titles;
}

/** The latest runs: each prompt version with what it came to and what it cost. */
export function RunsTable({ projectId, runs, titles }: Props) {
  const { t } = useTranslation("model");
  const columns = ["run", "prompt", "state", "right", "spoken", "none", "spent"] as const;
  return (
    <div className={classes.scroll}>
      <h3 className={classes.title}>{t("llm.runs")}</h3>
      <Table fz="xs" verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column}>{t(`llm.columns.${column}`)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {runs.map((run) => (
            <RunRow key={run.id} projectId={projectId} run={run} titles={titles} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
