import { Button, Progress, Text } from "@mantine/core";
import { IconBooks, IconChecks, IconSparkles, IconWorldShare } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { POLL_WITHOUT_SOCKET_MS, useLive } from "../../api/live";
import { isUnderWay, modelQuery, projectKey } from "../../api/queries";
import type { Job, ModelOverview } from "../../api/types";
import { EmptyState } from "../../ui/EmptyState";
import { errorText } from "../../ui/errorText";
import { useFormat } from "../../ui/format";
import { Loaded } from "../../ui/Loaded";
import { ModelRestNotice } from "../../ui/ModelRestNotice";
import { Page } from "../../ui/Page";
import { Panel } from "../../ui/Panel";
import { useProjectId } from "../../ui/useProjectId";
import { AnchoringPanel } from "./AnchoringPanel";
import { LlmPanel } from "./llm/LlmPanel";
import { QuestionModel } from "./QuestionModel";
import { Trouble } from "./Trouble";
import { TuningPanel } from "./tuning/TuningPanel";

const JOB_POLL_MS = 1_500;

function Running({ job }: { job: Job }) {
  const { t } = useTranslation("model");
  const format = useFormat();
  const label = t(`running.${job.kind}`, {
    done: format.number(job.done),
    total: job.total === null ? "…" : format.number(job.total),
  });
  return (
    <Panel>
      <div role="status">
        <Text size="sm" mb={6}>
          {label}
        </Text>
        <Progress
          value={job.total ? (job.done / job.total) * 100 : 100}
          animated
          aria-label={label}
        />
      </div>
    </Panel>
  );
}

function Questions({ questions }: { questions: ModelOverview["questions"] }) {
  const { t } = useTranslation("model");
  if (questions.length === 0) return <EmptyState title={t("noQuestions")} />;
  return questions.map((question) => <QuestionModel key={question.question} model={question} />);
}

function usePrelabel(projectId: number) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => api.post<Job>(`projects/${projectId}/model/prelabel/`),
    onSettled: () =>
      queryClient.invalidateQueries({ queryKey: [...projectKey(projectId), "model"] }),
  });
}

export function ModelScreen() {
  const { t } = useTranslation("model");
  const projectId = useProjectId();
  const connected = useLive(projectId);
  const model = useQuery({
    ...modelQuery(projectId),
    refetchInterval: ({ state }) => {
      if (isUnderWay(state.data?.running)) return JOB_POLL_MS;
      return connected ? false : POLL_WITHOUT_SOCKET_MS;
    },
  });
  const prelabel = usePrelabel(projectId);
  const usable = model.data?.questions.some((question) => question.usable) ?? false;
  return (
    <Page
      title={t("title")}
      description={t("note")}
      actions={
        <>
          <Button
            component={Link}
            to="/projects/$projectId/catalogue"
            params={{ projectId } as never}
            variant="default"
            leftSection={<IconBooks size={16} />}
          >
            {t("catalogue")}
          </Button>
          <Button
            component={Link}
            to="/projects/$projectId/auto-accept"
            params={{ projectId } as never}
            variant="default"
            leftSection={<IconChecks size={16} />}
          >
            {t("autoAccept")}
          </Button>
          <Button
            component={Link}
            to="/projects/$projectId/production"
            params={{ projectId } as never}
            variant="default"
            leftSection={<IconWorldShare size={16} />}
          >
            {t("production")}
          </Button>
          <Button
            leftSection={<IconSparkles size={16} />}
            disabled={!usable || isUnderWay(model.data?.running)}
            loading={prelabel.isPending}
            onClick={() => prelabel.mutate()}
          >
            {t("prelabel")}
          </Button>
        </>
      }
    >
      {prelabel.error ? (
        <Text role="alert" size="sm" c="var(--bad)">
          {errorText(prelabel.error, t)}
        </Text>
      ) : null}
      <Loaded query={model}>
        {({ running, questions, rest, trouble }) => (
          <>
            {rest ? <ModelRestNotice rest={rest} /> : null}
            {trouble && !rest ? <Trouble trouble={trouble} questions={questions} /> : null}
            {running ? <Running job={running} /> : null}
            <Questions questions={questions} />
            <TuningPanel projectId={projectId} />
            <AnchoringPanel project={projectId} />
            <LlmPanel projectId={projectId} />
          </>
        )}
      </Loaded>
    </Page>
  );
}
