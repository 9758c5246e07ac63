import { ActionIcon, MultiSelect, Select } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { LabelSchema } from "../../../api/types";
import { DecimalInput } from "./DecimalInput";
import classes from "./policy.module.css";
import {
  type Condition,
  FACTS,
  freeComparisons,
  freshCondition,
  kindOf,
  namedClasses,
  type Operand,
} from "./ruleEdits";

interface Props {
  condition: Condition;
  others: readonly Condition[];
  schema: LabelSchema;
  problem: string | undefined;
  onChange: (condition: Condition) => void;
  onRemove: () => void;
}

interface OperandProps {
  condition: Condition;
  schema: LabelSchema;
  problem: string | undefined;
  onOperand: (operand: Operand) => void;
}

function suffixOf(fact: string, hours: string): string {
  if (kindOf(fact) === "share") return "%";
  return fact === "age_hours" ? ` ${hours}` : "";
}

/** Without what binary fractions leave behind: 70.1% is 0.701. */
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

function NumberOperand({ condition, problem, onOperand }: OperandProps) {
  const { t } = useTranslation("setup");
  const { fact, operand } = condition;
  const isShare = kindOf(fact) === "share";
  const scale = isShare ? 100 : 1;
  return (
    <DecimalInput
      size="xs"
      aria-label={t("policy.rules.value")}
      error={problem}
      min={0}
      max={isShare ? 100 : undefined}
      decimalScale={isShare ? 1 : 2}
      suffix={suffixOf(fact, t("policy.rules.hours"))}
      value={typeof operand === "number" ? rounded(operand * scale) : null}
      empty={0}
      onNumber={(value) => onOperand(rounded((value ?? 0) / scale))}
    />
  );
}

function OperandField(props: OperandProps) {
  const { condition, schema, problem, onOperand } = props;
  const { t } = useTranslation("setup");
  const { fact, operand } = condition;
  const kind = kindOf(fact);
  const label = t("policy.rules.value");
  if (kind === "flag") {
    return (
      <Select
        size="xs"
        aria-label={label}
        allowDeselect={false}
        error={problem}
        data={[
          { value: "true", label: t("policy.rules.yes") },
          { value: "false", label: t("policy.rules.no") },
        ]}
        value={`${operand}`}
        onChange={(value) => onOperand(value === "true")}
      />
    );
  }
  if (kind === "classes") {
    const chosen = Array.isArray(operand) ? operand : [];
    const known = namedClasses(schema);
    const gone = chosen.filter((name) => !known.some(({ value }) => value === name));
    return (
      <MultiSelect
        size="xs"
        aria-label={label}
        placeholder={chosen.length === 0 ? t("policy.rules.choose") : undefined}
        error={problem}
        data={[...known, ...gone.map((value) => ({ value, label: value }))]}
        value={chosen}
        onChange={onOperand}
      />
    );
  }
  return <NumberOperand {...props} />;
}

/** Fact, comparison, value: one thing that must be true of the item. */
export function ConditionRow({ condition, others, schema, problem, onChange, onRemove }: Props) {
  const { t } = useTranslation("setup");
  const { fact, comparison } = condition;
  const free = freeComparisons(fact, others);
  return (
    <div className={classes.condition} data-kind={kindOf(fact)}>
      <Select
        size="xs"
        aria-label={t("policy.rules.fact")}
        allowDeselect={false}
        data={FACTS.map((value) => ({
          value,
          label: t(`policy.facts.${value}` as never),
          disabled: value !== fact && freeComparisons(value, others).length === 0,
        }))}
        value={fact}
        onChange={(value) => {
          const next = value && value !== fact ? freshCondition(value, others) : undefined;
          if (next) onChange(next);
        }}
      />
      <Select
        size="xs"
        aria-label={t("policy.rules.comparison")}
        allowDeselect={false}
        data={free.map((value) => ({
          value,
          label: t(`policy.comparisons.${fact === "conflict" ? "all_of" : value}` as never),
        }))}
        value={comparison}
        onChange={(value) => value && onChange({ ...condition, comparison: value })}
      />
      <div className={classes.operand}>
        <OperandField
          condition={condition}
          schema={schema}
          problem={problem}
          onOperand={(operand) => onChange({ ...condition, operand })}
        />
      </div>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t("policy.rules.removeCondition", {
          fact: t(`policy.facts.${fact}` as never),
        })}
        onClick={onRemove}
      >
        <IconX size={14} />
      </ActionIcon>
    </div>
  );
}
