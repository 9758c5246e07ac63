import { Button, SegmentedControl, Stack } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { apiUrl } from "../../api/client";
import type { FileFormat } from "../../api/types";
import { Panel } from "../../ui/Panel";
import classes from "./release.module.css";

const FORMATS: readonly FileFormat[] = ["jsonl", "csv", "label_studio"];

/** What there is now, as a file: no version, no report; for that there are releases. */
export function ExportPanel({ projectId }: { projectId: number }) {
  const { t } = useTranslation("release");
  const [what, setWhat] = useState("final");
  return (
    <Panel title={t("export.title")} note={t("export.note")}>
      <Stack gap="sm">
        <SegmentedControl
          size="xs"
          fullWidth
          aria-label={t("export.what")}
          value={what}
          onChange={setWhat}
          data={["final", "judgments"].map((value) => ({
            value,
            label: t(`export.${value}`),
          }))}
        />
        <div className={classes.exports}>
          {FORMATS.map((format) => (
            <Button
              key={format}
              component="a"
              href={apiUrl(`projects/${projectId}/export/`, { format, what })}
              download
              size="xs"
              variant="default"
              leftSection={<IconDownload size={14} />}
            >
              {t(`formats.${format}`)}
            </Button>
          ))}
        </div>
      </Stack>
    </Panel>
  );
}
