import { SegmentedControl, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Markdown } from "../../ui/markdown/Markdown";
import { Panel } from "../../ui/Panel";
import classes from "./setup.module.css";

interface Props {
  guideline: string;
  onGuideline: (text: string) => void;
}

/** The guideline as it is typed, or as it will be read. */
export function GuidelineField({ guideline, onGuideline }: Props) {
  const { t } = useTranslation("setup");
  const [view, setView] = useState<string>("write");
  return (
    <Panel
      title={t("guideline.title")}
      note={t("guideline.note")}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={t("guideline.view")}
          data={["write", "read"].map((value) => ({ value, label: t(`guideline.${value}`) }))}
          value={view}
          onChange={setView}
        />
      }
    >
      {view === "write" ? (
        <Textarea
          aria-label={t("guideline.title")}
          placeholder={t("guideline.example")}
          autosize
          minRows={14}
          maxRows={40}
          value={guideline}
          onChange={(event) => onGuideline(event.currentTarget.value)}
        />
      ) : (
        <div className={classes.guideline}>
          <Markdown text={guideline} />
        </div>
      )}
    </Panel>
  );
}
