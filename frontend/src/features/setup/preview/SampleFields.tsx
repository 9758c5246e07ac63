import { FileInput, Textarea } from "@mantine/core";
import { IconPhoto } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { SchemaInput } from "../../../api/types";
import classes from "./preview.module.css";
import type { Sample } from "./useSample";

interface Props {
  inputs: readonly SchemaInput[];
  sample: Sample;
}

export function SampleFields({ inputs, sample }: Props) {
  const { t } = useTranslation("setup");
  return (
    <div className={classes.sample}>
      <p className={classes.over}>{t("preview.sample")}</p>
      {inputs.map(({ id, type, title }, index) =>
        type === "text" ? (
          <Textarea
            // biome-ignore lint/suspicious/noArrayIndexKey: ids are being typed here and may repeat
            key={index}
            size="xs"
            label={title || id}
            autosize
            minRows={1}
            maxRows={6}
            value={sample.texts[id] ?? t("preview.sampleText")}
            onChange={(event) => sample.setText(id, event.currentTarget.value)}
          />
        ) : (
          <FileInput
            // biome-ignore lint/suspicious/noArrayIndexKey: ids are being typed here and may repeat
            key={index}
            size="xs"
            label={title || id}
            accept="image/png,image/jpeg,image/webp"
            leftSection={<IconPhoto size={14} />}
            placeholder={t("preview.choosePicture")}
            onChange={(file) => file && sample.setPicture(id, file)}
          />
        ),
      )}
    </div>
  );
}
