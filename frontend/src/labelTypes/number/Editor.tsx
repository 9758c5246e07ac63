import { TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { hasTooManyDigits, isBegun, isOffStep, MOST_DIGITS, numberOf } from "../../core/numbers";
import { type NumberQuestion, titleOf } from "../../core/schema";
import type { EditorProps } from "../types";
import { rangeText } from "./range";

/** What is wrong with the number, in words; null while it may be sent. */
function useFault(question: NumberQuestion, value: number | undefined): string | null {
  const { t } = useTranslation("labelTypes");
  if (value === undefined) return null;
  const { min = value, max = value, step } = question;
  if (value < min) return t("answer.problem.too_small", { count: min });
  if (value > max) return t("answer.problem.too_large", { count: max });
  if (isOffStep(question, value)) return t("answer.problem.off_step", { count: step });
  if (hasTooManyDigits(value)) return t("answer.problem.too_many_digits", { count: MOST_DIGITS });
  return null;
}

export function NumberEditor({ question, label, onChange, onFocus }: EditorProps<"number">) {
  const { t } = useTranslation("labelTypes");
  const [typed, setTyped] = useState("");
  // Taken back, or taken over from the model: then the label did not come from this field.
  const isTyped = numberOf(typed) === (label ?? null);
  return (
    <TextInput
      aria-label={titleOf(question)}
      data-cursor
      size="sm"
      inputMode="decimal"
      autoComplete="off"
      dir="ltr"
      value={isTyped ? typed : `${label ?? ""}`}
      rightSection={question.unit}
      rightSectionWidth={`${(question.unit?.length ?? 0) + 3}ch`}
      rightSectionPointerEvents="none"
      description={rangeText(question, t)}
      error={useFault(question, label)}
      inputWrapperOrder={["label", "input", "error", "description"]}
      onFocus={onFocus}
      onChange={(event) => {
        const value = event.currentTarget.value.trim();
        // Nothing else gets in, so nothing that looks like an answer can be lost.
        if (!isBegun(value)) return;
        setTyped(value);
        onChange(numberOf(value) ?? undefined, { joins: question.id });
      }}
    />
  );
}
