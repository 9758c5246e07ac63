import { Table, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { jobsQuery } from "../../api/queries";
import type { Job } from "../../api/types";
import { useFormat } from "../../ui/format";
import { Panel } from "../../ui/Panel";
import { Tag } from "../../ui/Tag";
import { countOf } from "./ImportProgress";
import classes from "./intake.module.css";
import { RejectionTable } from "./RejectionTable";

interface RowProps {
  job: Job;
  onShow: () => void;
}

function HistoryRow({ job, onShow }: RowProps) {
  const { t } = useTranslation("intake");
  const format = useFormat();
  const rejected = countOf(job, "rejected");
  return (
    <Table.Tr>
      <Table.Td className={classes.when}>{format.date(job.created_at)}</Table.Td>
      <Table.Td>
        <Tag tone={job.state === "failed" ? "bad" : "plain"}>
          {t(`common:jobState.${job.state}`)}
        </Tag>
      </Table.Td>
      <Table.Td ta="end">{format.number(countOf(job, "created"))}</Table.Td>
      <Table.Td ta="end">{format.number(countOf(job, "existing"))}</Table.Td>
      <Table.Td ta="end">
        {rejected > 0 ? (
          <UnstyledButton c="var(--bad)" fz="xs" onClick={onShow}>
            {format.number(rejected)}
          </UnstyledButton>
        ) : (
          0
        )}
      </Table.Td>
    </Table.Tr>
  );
}

export function ImportHistory({ projectId }: { projectId: number }) {
  const { t } = useTranslation("intake");
  const [shown, setShown] = useState<number | null>(null);
  const jobs = useQuery(jobsQuery(projectId));
  const imports = (jobs.data?.results ?? []).filter(({ kind }) => kind === "import");
  if (imports.length === 0) return null;
  return (
    <Panel title={t("history.title")} flush>
      <Table fz="xs" verticalSpacing={6} horizontalSpacing="md">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("history.when")}</Table.Th>
            <Table.Th>{t("history.state")}</Table.Th>
            <Table.Th ta="end">{t("history.created")}</Table.Th>
            <Table.Th ta="end">{t("history.existing")}</Table.Th>
            <Table.Th ta="end">{t("history.rejected")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {imports.map((job) => (
            <HistoryRow
              key={job.id}
              job={job}
              onShow={() => setShown(shown === job.id ? null : job.id)}
            />
          ))}
        </Table.Tbody>
      </Table>
      {shown === null ? null : <RejectionTable projectId={projectId} jobId={shown} />}
    </Panel>
  );
}
