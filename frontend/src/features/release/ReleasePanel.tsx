import { Button, Progress, Table } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { apiUrl } from "../../api/client";
import type { Release } from "../../api/types";
import { useFormat } from "../../ui/format";
import { Panel } from "../../ui/Panel";
import { Tag } from "../../ui/Tag";
import { QualitySummary } from "./QualitySummary";
import classes from "./release.module.css";

interface Props {
  projectId: number;
  release: Release;
}

const TONES = { building: "accent", ready: "good", failed: "bad" } as const;

function FileTable({ projectId, release }: Props) {
  const { t } = useTranslation("release");
  const format = useFormat();
  return (
    <details>
      <summary className={classes.summary}>{t("files", { count: release.files.length })}</summary>
      <Table fz="xs" verticalSpacing={4} mt={6}>
        <Table.Tbody>
          {release.files.map(({ name, bytes, sha256 }) => (
            <Table.Tr key={name}>
              <Table.Td>
                <a
                  href={apiUrl(
                    `projects/${projectId}/releases/${release.number}/files/${encodeURIComponent(name)}`,
                  )}
                >
                  {name}
                </a>
              </Table.Td>
              <Table.Td ta="end">{format.bytes(bytes)}</Table.Td>
              <Table.Td className={classes.hashCell}>
                <div className={classes.hash} title={sha256}>
                  {sha256}
                </div>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </details>
  );
}

function Ready(props: Props) {
  const { t } = useTranslation("release");
  const { release } = props;
  return (
    <>
      <QualitySummary {...props} />
      <FileTable {...props} />
      {release.sha256 ? (
        <div className={classes.hash} title={release.sha256}>
          {t("archive")} {release.sha256}
        </div>
      ) : null}
    </>
  );
}

export function ReleasePanel({ projectId, release }: Props) {
  const { t } = useTranslation("release");
  const format = useFormat();
  const { number, state, note, created_at, created_by } = release;
  return (
    <Panel
      title={
        <>
          {t("release", { number })}
          <Tag tone={TONES[state]}>{t(`state.${state}`)}</Tag>
        </>
      }
      note={`${note ? `${note} · ` : ""}${created_by} · ${format.date(created_at)}`}
      actions={
        state === "ready" ? (
          <Button
            component="a"
            href={apiUrl(`projects/${projectId}/releases/${number}/download/`)}
            download
            size="xs"
            leftSection={<IconDownload size={14} />}
          >
            {t("download")}
          </Button>
        ) : null
      }
    >
      {state === "building" ? (
        <Progress value={100} animated aria-label={t("state.building")} />
      ) : null}
      {state === "failed" ? t("failedText") : null}
      {state === "ready" ? <Ready projectId={projectId} release={release} /> : null}
    </Panel>
  );
}
