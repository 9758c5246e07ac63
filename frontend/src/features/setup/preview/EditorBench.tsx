import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Answer, ItemData, LabelSchema } from "../../../api/types";
import { withLabel } from "../../../core/schema";
import { AnswerEditor } from "../../../labelTypes/answering/AnswerEditor";
import { KeymapProvider } from "../../../stages/keyboard/KeymapProvider";
import classes from "./preview.module.css";

interface Props {
  schema: LabelSchema;
  data: ItemData;
}

const NO_PROBLEMS = {};

/** The real editors on the sample; keys act only while the cursor is in here. */
function Bench({ schema, data }: Props) {
  const [answer, setAnswer] = useState<Answer>({});
  const [focused, setFocused] = useState<string | null>(null);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: notices the cursor leaving, offers nothing
    <div
      className={classes.bench}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) setFocused(null);
      }}
    >
      <KeymapProvider>
        <AnswerEditor
          isNested
          schema={schema}
          data={data}
          answer={answer}
          focused={focused}
          problems={NO_PROBLEMS}
          onChange={(question, label) => setAnswer((old) => withLabel(old, question, label))}
          onFocus={setFocused}
        />
      </KeymapProvider>
    </div>
  );
}

export function EditorBench({ schema, data }: Props) {
  const { t } = useTranslation("setup");
  const lacksPicture = schema.inputs.some(({ id, type }) => type === "image" && !data[id]);
  if (lacksPicture) return <p className={classes.missing}>{t("preview.noPicture")}</p>;
  // A changed schema or item starts afresh: old labels might not be valid under it.
  return <Bench key={JSON.stringify([schema, data])} schema={schema} data={data} />;
}
