import { Button, Group, Select, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FileFormat } from "../../api/types";
import { useFormat } from "../../ui/format";
import { Panel } from "../../ui/Panel";
import { useFieldProblems } from "../../ui/useFieldProblems";
import { DropZone } from "./DropZone";
import { detectFormat, HEAD_BYTES } from "./detect";
import { HeadTable } from "./HeadTable";
import { ImportProgress } from "./ImportProgress";
import classes from "./intake.module.css";
import { useImport } from "./useImport";

const FORMATS: readonly FileFormat[] = ["jsonl", "csv", "label_studio"];

interface Chosen {
  file: File;
  head: string;
  format: FileFormat;
  source: string;
  licence: string;
}

function DetailFields({ chosen, onChange }: { chosen: Chosen; onChange: (next: Chosen) => void }) {
  const { t } = useTranslation("intake");
  return (
    <div className={classes.fields}>
      <Select
        size="xs"
        label={t("file.format")}
        allowDeselect={false}
        data={FORMATS.map((value) => ({ value, label: t(`formats.${value}`) }))}
        value={chosen.format}
        onChange={(format) => format && onChange({ ...chosen, format: format as FileFormat })}
      />
      <TextInput
        size="xs"
        label={t("file.source")}
        value={chosen.source}
        onChange={(event) => onChange({ ...chosen, source: event.currentTarget.value })}
      />
      <TextInput
        size="xs"
        label={t("file.licence")}
        placeholder="CC-BY-4.0"
        value={chosen.licence}
        onChange={(event) => onChange({ ...chosen, licence: event.currentTarget.value })}
      />
    </div>
  );
}

export function FilePanel({ projectId }: { projectId: number }) {
  const { t } = useTranslation("intake");
  const format = useFormat();
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const { start, job, share } = useImport(projectId);
  const problems = useFieldProblems(start.error, []);
  const handleFile = async (file: File | undefined) => {
    if (!file) return;
    start.reset();
    const head = await file.slice(0, HEAD_BYTES).text();
    const guess = detectFormat(file.name, head);
    setChosen({ file, head, format: guess, source: file.name, licence: "" });
  };
  return (
    <Panel title={t("file.title")} note={t("file.note")}>
      <Stack gap="sm">
        <DropZone
          title={chosen ? chosen.file.name : t("file.drop")}
          note={chosen ? format.bytes(chosen.file.size) : t("file.dropNote")}
          accept=".jsonl,.ndjson,.json,.csv,text/csv,application/json"
          onFiles={([file]) => handleFile(file)}
        />
        {chosen ? (
          <>
            <DetailFields chosen={chosen} onChange={setChosen} />
            <HeadTable format={chosen.format} head={chosen.head} />
            <Group justify="flex-end">
              <Button loading={start.isPending} onClick={() => start.mutate(chosen)}>
                {t("file.import")}
              </Button>
            </Group>
          </>
        ) : null}
        {problems.rest ? (
          <p role="alert" style={{ margin: 0, color: "var(--bad)", fontSize: 13 }}>
            {problems.rest}
          </p>
        ) : null}
        <ImportProgress
          projectId={projectId}
          job={job}
          uploaded={start.isPending ? share : null}
        />
      </Stack>
    </Panel>
  );
}
