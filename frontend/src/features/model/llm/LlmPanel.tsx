import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { isUnderWay, llmQuery } from "../../../api/queries";
import type { Llm } from "../../../api/types";
import { Loaded } from "../../../ui/Loaded";
import { Panel } from "../../../ui/Panel";
import { EndpointLine } from "./EndpointLine";
import classes from "./llm.module.css";
import { RunForm } from "./RunForm";
import { RunsTable } from "./RunsTable";

const JOB_POLL_MS = 1_500;

function NotAsked({ questions }: { questions: Llm["questions"] }) {
  const { t } = useTranslation("model");
  return questions
    .filter(({ why_not_code }) => why_not_code !== null)
    .map(({ question, title, why_not_code }) => (
      <p key={question} className={classes.words}>
        {t(`llm.notAsked.${why_not_code}`, { title: title || question })}
      </p>
    ));
}

function Shown({ projectId, llm }: { projectId: number; llm: Llm }) {
  const { t } = useTranslation("model");
  const { endpoints, questions, runs } = llm;
  const agreed = endpoints.filter(({ consent }) => consent !== null);
  const isBusy = runs.some(({ job }) => isUnderWay(job));
  const canAsk = questions.some(({ why_not_code }) => why_not_code === null);
  const titles = new Map(questions.map(({ question, title }) => [question, title || question]));
  return (
    <div className={classes.panel}>
      {endpoints.length === 0 ? <p className={classes.words}>{t("llm.none")}</p> : null}
      {endpoints.map((endpoint) => (
        <EndpointLine key={endpoint.name} projectId={projectId} endpoint={endpoint} />
      ))}
      <NotAsked questions={questions} />
      {agreed.length > 0 && canAsk ? (
        <RunForm projectId={projectId} endpoints={agreed} isBusy={isBusy} />
      ) : null}
      {runs.length > 0 ? <RunsTable projectId={projectId} runs={runs} titles={titles} /> : null}
    </div>
  );
}

/** Language models elsewhere: who may be asked, at what price, and what came of it. */
export function LlmPanel({ projectId }: { projectId: number }) {
  const { t } = useTranslation("model");
  const llm = useQuery({
    ...llmQuery(projectId),
    refetchInterval: ({ state }) =>
      state.data?.runs.some(({ job }) => isUnderWay(job)) ? JOB_POLL_MS : false,
  });
  return (
    <Panel title={t("llm.title")} note={t("llm.note")}>
      <Loaded query={llm}>{(found) => <Shown projectId={projectId} llm={found} />}</Loaded>
    </Panel>
  );
}
