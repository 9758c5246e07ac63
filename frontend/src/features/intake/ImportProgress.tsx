import { Button, Progress, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { isUnderWay } from "../../api/queries";
import type { Job } from "../../api/types";
import { jobErrorText } from "../../ui/errorText";
import { useFormat } from "../../ui/format";
import { Gap } from "../../ui/Gap";
import { Notice } from "../../ui/Notice";
import { RejectionTable } from "./RejectionTable";

interface Props {
  projectId: number;
  job: Job | undefined;
  /** Share of the file that has been sent, while it is being sent. */
  uploaded: number | null;
}

export function countOf(job: Job, name: "created" | "existing" | "rejected"): number {
  const count = job.result[name];
  return typeof count === "number" ? count : 0;
}

function Bar({ label, share }: { label: string; share: number | null }) {
  return (
    <div role="status">
      <Text size="xs" c="dimmed" mb={4}>
        {label}
      </Text>
      <Progress value={(share ?? 1) * 100} animated={share === null} aria-label={label} />
    </div>
  );
}

function Outcome({ projectId, job }: { projectId: number; job: Job }) {
  const { t } = useTranslation("intake");
  const rejected = countOf(job, "rejected");
  if (job.state !== "done") {
    return (
      <Notice tone="bad" title={t(`common:jobState.${job.state}`)}>
        {job.state === "cancelled" ? t("outcome.cancelled") : jobErrorText(job, t)}
      </Notice>
    );
  }
  return (
    <>
      <Notice tone={rejected > 0 ? "warn" : "good"}>
        {t("outcome.created", { count: countOf(job, "created") })}
        <Gap />
        {t("outcome.existing", { count: countOf(job, "existing") })}
        <Gap />
        {t("outcome.rejected", { count: rejected })}{" "}
        <Button
          component={Link}
          to="/projects/$projectId/items"
          params={{ projectId } as never}
          size="compact-xs"
          variant="subtle"
        >
          {t("outcome.look")}
        </Button>
      </Notice>
      {rejected > 0 ? <RejectionTable projectId={projectId} jobId={job.id} /> : null}
    </>
  );
}

export function ImportProgress({ projectId, job, uploaded }: Props) {
  const { t } = useTranslation("intake");
  const format = useFormat();
  if (uploaded !== null) {
    return (
      <Bar label={t("progress.sending", { share: format.percent(uploaded) })} share={uploaded} />
    );
  }
  if (!job) return null;
  if (!isUnderWay(job)) return <Outcome projectId={projectId} job={job} />;
  const share = job.total ? job.done / job.total : null;
  return (
    <Bar
      label={
        job.state === "queued"
          ? t("progress.queued")
          : t("progress.reading", { count: job.done, rows: format.number(job.done) })
      }
      share={share}
    />
  );
}
