import type { TFunction } from "i18next";
import type { NumberQuestion } from "../../core/schema";

/** "From 0 to 150 · in steps of 0.5"; undefined where anything goes. */
export function rangeText(
  { min, max, step }: NumberQuestion,
  t: TFunction<"labelTypes">,
): string | undefined {
  const parts: string[] = [];
  if (min !== undefined && max !== undefined) parts.push(t("number.between", { min, max }));
  else if (min !== undefined) parts.push(t("number.from", { min }));
  else if (max !== undefined) parts.push(t("number.upTo", { max }));
  if (step === 1 && Number.isInteger(min ?? 0)) parts.push(t("number.whole"));
  else if (step !== undefined) parts.push(t("number.steps", { step }));
  return parts.length > 0 ? parts.join(" · ") : undefined;
}

export function withUnit(value: number, { unit }: NumberQuestion): string {
  return unit ? `${value} ${unit}` : `${value}`;
}
