import { Button, CopyButton, Tabs } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FileFormat, LabelSchema } from "../../api/types";
import { Panel } from "../../ui/Panel";
import { exampleFile } from "./examples";
import classes from "./intake.module.css";

const FORMATS: readonly FileFormat[] = ["jsonl", "csv", "label_studio"];

export function ExamplesPanel({ schema }: { schema: LabelSchema }) {
  const { t } = useTranslation("intake");
  const [format, setFormat] = useState<FileFormat>("jsonl");
  const snippet = exampleFile(format, schema);
  return (
    <Panel
      title={t("examples.title")}
      note={t("examples.note")}
      actions={
        <CopyButton value={snippet}>
          {({ copied, copy }) => (
            <Button size="compact-xs" variant="default" onClick={copy}>
              {copied ? t("common:copied") : t("common:copy")}
            </Button>
          )}
        </CopyButton>
      }
    >
      <Tabs value={format} onChange={(value) => value && setFormat(value as FileFormat)}>
        <Tabs.List mb="sm">
          {FORMATS.map((value) => (
            <Tabs.Tab key={value} value={value}>
              {t(`formats.${value}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      </Tabs>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable */}
      <pre className={classes.snippet} tabIndex={0}>
        {snippet}
      </pre>
      <p className={classes.hint}>{t(`examples.hint.${format}`)}</p>
    </Panel>
  );
}
