import { Button, Progress, Text } from "@mantine/core";
import { IconPinnedOff } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "../../../api/client";
import { isUnderWay, projectKey, tuningQuery } from "../../../api/queries";
import type { Trial, TrialReport, Tunings } from "../../../api/types";
import { errorText, jobErrorText } from "../../../ui/errorText";
import { useFormat } from "../../../ui/format";
import { Gap } from "../../../ui/Gap";
import { Loaded } from "../../../ui/Loaded";
import { Notice } from "../../../ui/Notice";
import { Panel } from "../../../ui/Panel";
import { Waiting } from "../../../ui/Waiting";
import classes from "../model.module.css";
import { Examples } from "./Examples";
import { SideBySide } from "./SideBySide";
import { type TitleOf, useTitles } from "./useTitles";

type QuestionTunings = Tunings["questions"][number];

const POLL_MS = 3_000;
/** Less than this is 0.00 on screen. */
const UNSEEN = 0.005;
/** So many standard errors lie between a gain and its lower bound (`trial.py`). */
const ONE_SIDED_95 = 1.645;

function Pinned({ projectId, tunings }: { projectId: number; tunings: QuestionTunings }) {
  const { t } = useTranslation("model");
  const queryClient = useQueryClient();
  const unpin = useMutation({
    mutationFn: () => api.delete(`projects/${projectId}/model/${tunings.question}/pin/`),
    onSettled: () =>
      queryClient.invalidateQueries({ queryKey: [...projectKey(projectId), "model"] }),
  });
  if (tunings.pinned === null) return null;
  return (
    <Notice tone="plain" title={t("tuning.pinned", { version: tunings.pinned })}>
      <p className={classes.pinned}>
        {t("tuning.pinnedNote", { by: tunings.pinned_by })}{" "}
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconPinnedOff size={14} />}
          loading={unpin.isPending}
          aria-label={t("tuning.unpinOf", {
            version: tunings.pinned,
            question: tunings.title || tunings.question,
          })}
          onClick={() => unpin.mutate()}
        >
          {t("tuning.unpin")}
        </Button>
      </p>
      {unpin.error ? <p role="alert">{errorText(unpin.error, t)}</p> : null}
    </Notice>
  );
}

function JobLine({ job }: { job: NonNullable<QuestionTunings["job"]> }) {
  const { t } = useTranslation("model");
  const { percent } = useFormat();
  if (!isUnderWay(job)) {
    return (
      <Notice tone="warn" title={t("tuning.failed")}>
        {jobErrorText(job, t)}
      </Notice>
    );
  }
  const share = job.total ? job.done / job.total : 0;
  const label = t("running.tune", { share: percent(share) });
  return (
    <div role="status">
      <Text size="sm" mb={6}>
        {label}
      </Text>
      <Progress value={share * 100} animated aria-label={label} mb={12} />
    </div>
  );
}

function Gain({ report }: { report: TrialReport }) {
  const { t } = useTranslation("model");
  const { decimal } = useFormat();
  const { gain, gain_low } = report;
  if (Math.abs(gain) < UNSEEN) return t("tuning.gain.level");
  if (gain < 0) return t("tuning.gain.none", { loss: decimal(-gain) });
  if (gain_low >= 0)
    return t("tuning.gain.surely", { gain: decimal(gain), low: decimal(gain_low) });
  // By the rule by which it is taken, so that the words agree with the outcome.
  const error = (gain - gain_low) / ONE_SIDED_95;
  const size = gain > error ? "clearly" : "perhaps";
  return t(`tuning.gain.${size}`, { gain: decimal(gain), error: decimal(error) });
}

/** What keeps a fine-tune from being taken though its log loss is lower. */
function LessRight({ report }: { report: TrialReport }) {
  const { t } = useTranslation("model");
  if (report.gain < UNSEEN || report.tuned.accuracy >= report.head.accuracy) return null;
  return (
    <>
      <Gap />
      {t("tuning.gain.lessRight")}
    </>
  );
}

function Compared({ trial, titleOf }: { trial: Trial; titleOf: TitleOf }) {
  const { t } = useTranslation("model");
  const format = useFormat();
  const { report } = trial;
  return (
    <>
      <p className={classes.verdict}>
        <strong>{t(`tuning.outcome.${trial.outcome}`, { version: trial.version })}</strong>
        <Gap />
        {report ? <Gain report={report} /> : t("tuning.labels", { count: trial.labels })}
        {report ? <LessRight report={report} /> : null}{" "}
        <span className={classes.faint}>{format.ago(trial.created_at)}</span>
      </p>
      {report ? (
        <>
          <SideBySide report={report} titleOf={titleOf} />
          <Examples examples={report.examples} titleOf={titleOf} />
        </>
      ) : null}
    </>
  );
}

function Question({ projectId, tunings }: { projectId: number; tunings: QuestionTunings }) {
  const { t } = useTranslation("model");
  const format = useFormat();
  const titleOf = useTitles(projectId, tunings.question);
  const [latest, ...earlier] = tunings.tunings;
  const { job, fewest_labels: fewest } = tunings;
  return (
    <Panel
      title={t("tuning.title", { question: tunings.title || tunings.question })}
      note={t("tuning.note")}
    >
      <Pinned projectId={projectId} tunings={tunings} />
      {job ? <JobLine job={job} /> : null}
      {latest ? <Compared trial={latest} titleOf={titleOf} /> : null}
      {!latest && !job ? (
        <p className={classes.whyNot}>{t("tuning.none", { count: fewest })}</p>
      ) : null}
      {earlier.length > 0 ? (
        <ul className={classes.earlier}>
          {earlier.map((trial) => (
            <li key={trial.id}>
              {t(`tuning.outcome.${trial.outcome}`, { version: trial.version })}
              <Gap />
              {t("tuning.labels", { count: trial.labels })} {format.ago(trial.created_at)}
            </li>
          ))}
        </ul>
      ) : null}
    </Panel>
  );
}

/** Fine-tunes that were tried against the heads of a project's questions. */
export function TuningPanel({ projectId }: { projectId: number }) {
  const { t } = useTranslation("model");
  const tunings = useQuery({
    ...tuningQuery(projectId),
    refetchInterval: ({ state }) =>
      state.data?.questions.some(({ job }) => isUnderWay(job)) ? POLL_MS : false,
  });
  if (!tunings.data) {
    return (
      <Panel title={t("tuning.panel")}>
        <Loaded query={tunings} waiting={<Waiting rows={1} />}>
          {() => null}
        </Loaded>
      </Panel>
    );
  }
  return tunings.data.questions
    .filter(({ why_not_code }) => why_not_code === null)
    .map((found) => <Question key={found.question} projectId={projectId} tunings={found} />);
}
