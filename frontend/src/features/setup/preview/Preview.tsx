import { useTranslation } from "react-i18next";
import type { LabelSchema } from "../../../api/types";
import { Panel } from "../../../ui/Panel";
import { EditorBench } from "./EditorBench";
import classes from "./preview.module.css";
import { SampleFields } from "./SampleFields";
import { useLastSound } from "./useLastSound";
import { useSample } from "./useSample";

/** The annotators' screen beside the form, on an item the lead can type. */
export function Preview({ schema, isSound }: { schema: LabelSchema; isSound: boolean }) {
  const { t } = useTranslation("setup");
  const shown = useLastSound(schema, isSound);
  const sample = useSample(shown.inputs);
  return (
    <aside className={classes.preview} aria-label={t("preview.title")}>
      <Panel title={t("preview.title")} note={t("preview.note")}>
        <EditorBench schema={shown} data={sample.data} />
        <SampleFields inputs={shown.inputs} sample={sample} />
      </Panel>
    </aside>
  );
}
