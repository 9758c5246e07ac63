import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { POLL_WITHOUT_SOCKET_MS, useLive } from "../../api/live";
import { autoAcceptQuery } from "../../api/queries";
import type { AutoAccept } from "../../api/types";
import { EmptyState } from "../../ui/EmptyState";
import { Loaded } from "../../ui/Loaded";
import { Page } from "../../ui/Page";
import { Panel } from "../../ui/Panel";
import { useProjectId } from "../../ui/useProjectId";
import classes from "./autoAccept.module.css";
import { BatchPanel } from "./BatchPanel";
import { isAtWork, isLive } from "./decision";
import { ProposeForm } from "./ProposeForm";

const JOB_POLL_MS = 1_500;

/** Why the answers of some questions stay with people. */
function Refused({ questions }: { questions: AutoAccept["questions"] }) {
  const { t } = useTranslation("autoAccept");
  if (questions.length === 0) return null;
  return (
    <Panel title={t("refused.title")}>
      {questions.map(({ question, title, why_not_code }) => (
        <p key={question} className={classes.words}>
          <strong>{title || question}</strong> · {t(`refused.${why_not_code}`)}
        </p>
      ))}
    </Panel>
  );
}

function Shown({ projectId, data }: { projectId: number; data: AutoAccept }) {
  const { t } = useTranslation("autoAccept");
  const { questions, results } = data;
  const busy = new Set(results.filter(isLive).map(({ question }) => question));
  const usable = questions.filter(({ why_not_code }) => why_not_code === null);
  const free = usable.filter(({ question }) => !busy.has(question));
  const titleOf = (id: string) => questions.find(({ question }) => question === id)?.title || id;
  return (
    <>
      {usable.length === 0 && results.length === 0 ? (
        <EmptyState title={t("none.title")}>{t("none.text")}</EmptyState>
      ) : null}
      {free.length > 0 ? (
        <ProposeForm projectId={projectId} questions={free} results={results} />
      ) : null}
      {results.map((batch) => (
        <BatchPanel
          key={batch.id}
          projectId={projectId}
          batch={batch}
          title={t("batch.title", { number: batch.id, question: titleOf(batch.question) })}
        />
      ))}
      <Refused questions={questions.filter(({ why_not_code }) => why_not_code !== null)} />
    </>
  );
}

export function AutoAcceptScreen() {
  const { t } = useTranslation("autoAccept");
  const projectId = useProjectId();
  const connected = useLive(projectId);
  const found = useQuery({
    ...autoAcceptQuery(projectId),
    refetchInterval: ({ state }) => {
      if (state.data?.results.some(isAtWork)) return JOB_POLL_MS;
      return connected ? false : POLL_WITHOUT_SOCKET_MS;
    },
  });
  return (
    <Page title={t("title")} description={t("note")}>
      <Loaded query={found}>{(data) => <Shown projectId={projectId} data={data} />}</Loaded>
    </Page>
  );
}
