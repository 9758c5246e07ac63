import { MultiSelect, Select, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { LabelSchema, Question } from "../../../api/types";
import classes from "./schema.module.css";

interface Props {
  question: Question;
  index: number;
  schema: LabelSchema;
  onChange: (change: object) => void;
}

interface Option {
  value: string;
  label: string;
}

/** What a question can be answered with, when that is a short list. */
function optionsOf(
  question: Question,
  side: (name: "left" | "right" | "tie") => string,
): Option[] {
  if (question.type === "choice" || question.type === "choices") {
    const known = new Map(question.categories.map((each) => [each.id, each.title || each.id]));
    return [...known].map(([value, label]) => ({ value, label }));
  }
  if (question.type === "rating") {
    const count = Math.max(0, Math.min(100, question.max - question.min + 1));
    return Array.from({ length: count }, (_, step) => {
      const value = `${question.min + step}`;
      return { value, label: value };
    });
  }
  if (question.type === "pairwise") {
    return (["left", "right", "tie"] as const).map((value) => ({ value, label: side(value) }));
  }
  return [];
}

function asTyped(question: Question, values: string[]): (string | number)[] {
  return question.type === "rating" ? values.map(Number) : values;
}

export function ShowWhenField({ question, index, schema, onChange }: Props) {
  const { t } = useTranslation("setup");
  const side = (name: "left" | "right" | "tie") => t(`showWhen.sides.${name}`);
  const earlier = schema.questions
    .slice(0, index)
    .filter((each) => optionsOf(each, side).length > 0);
  const condition = question.show_when;
  if (condition && !("question" in condition)) {
    return (
      <Text size="xs" c="dimmed">
        {t("showWhen.inJson")}
      </Text>
    );
  }
  if (earlier.length === 0) return null;
  const asked = earlier.find(({ id }) => id === condition?.question);
  const unique = new Map(earlier.map((each) => [each.id, each.title || each.id]));
  return (
    <div className={classes.fields}>
      <Select
        size="xs"
        label={t("showWhen.question")}
        placeholder={t("showWhen.always")}
        clearable
        data={[...unique].map(([value, label]) => ({ value, label }))}
        value={asked?.id ?? null}
        onChange={(id) => onChange({ show_when: id ? { question: id, in: [] } : undefined })}
      />
      {asked && condition ? (
        <MultiSelect
          size="xs"
          label={t("showWhen.values")}
          data={optionsOf(asked, side)}
          value={condition.in.map(String)}
          onChange={(values) =>
            onChange({ show_when: { question: asked.id, in: asTyped(asked, values) } })
          }
        />
      ) : null}
    </div>
  );
}
