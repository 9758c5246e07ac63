import { Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { LabelSchema, Problem } from "../../../api/types";
import { ProblemList } from "./ProblemList";
import { QUESTION_TYPES } from "./questionTypes";
import classes from "./schema.module.css";

interface Props {
  schema: LabelSchema;
  problems: readonly Problem[];
  onReplace: (schema: LabelSchema) => void;
}

function isPart(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isQuestion(value: unknown): boolean {
  if (!isPart(value) || typeof value.id !== "string") return false;
  if (!QUESTION_TYPES.some((type) => type === value.type)) return false;
  const { categories, on } = value;
  const needsCategories = ["choice", "choices", "spans", "boxes"].includes(`${value.type}`);
  if (needsCategories && !(Array.isArray(categories) && categories.every(isPart))) return false;
  if (value.type === "ranking") {
    return Array.isArray(on) || (Array.isArray(categories) && categories.every(isPart));
  }
  return value.type !== "pairwise" || Array.isArray(on);
}

/** Whether the form and the preview can show it at all; the rest the server checks. */
function isEditable(value: unknown): value is LabelSchema {
  if (!isPart(value)) return false;
  const { inputs, questions } = value;
  return (
    Array.isArray(inputs) &&
    inputs.every(isPart) &&
    Array.isArray(questions) &&
    questions.every(isQuestion)
  );
}

export function SchemaJson({ schema, problems, onReplace }: Props) {
  const { t } = useTranslation("setup");
  const [text, setText] = useState(() => JSON.stringify(schema, null, 2));
  const [complaint, setComplaint] = useState<string>();
  const handleChange = (next: string) => {
    setText(next);
    try {
      const parsed: unknown = JSON.parse(next);
      if (isEditable(parsed)) {
        setComplaint(undefined);
        onReplace(parsed);
      } else {
        setComplaint(t("json.shape"));
      }
    } catch (error) {
      setComplaint(t("json.syntax", { detail: error instanceof Error ? error.message : "" }));
    }
  };
  return (
    <>
      <Textarea
        className={classes.json}
        label={t("json.label")}
        description={t("json.note")}
        autosize
        minRows={16}
        maxRows={40}
        spellCheck={false}
        value={text}
        error={complaint}
        onChange={(event) => handleChange(event.currentTarget.value)}
      />
      <ProblemList problems={problems} />
    </>
  );
}
