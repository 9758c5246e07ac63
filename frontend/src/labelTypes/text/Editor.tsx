import { Textarea } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { titleOf } from "../../core/schema";
import type { EditorProps } from "../types";

export function TextEditor({ question, label, onChange, onFocus }: EditorProps<"text">) {
  const { t } = useTranslation("labelTypes");
  const limit = question.max_length;
  const length = label === undefined ? 0 : [...label].length;
  return (
    <Textarea
      aria-label={titleOf(question)}
      data-cursor
      size="sm"
      autosize
      minRows={2}
      maxRows={8}
      dir="auto"
      value={label ?? ""}
      onFocus={onFocus}
      onChange={(event) => {
        const { value } = event.currentTarget;
        onChange(value === "" ? undefined : value, { joins: question.id });
      }}
      description={limit === undefined ? undefined : t("text.length", { length, limit })}
      inputWrapperOrder={["label", "input", "description", "error"]}
    />
  );
}
