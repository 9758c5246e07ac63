import { ActionIcon, Button, Select, TextInput } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconPlus, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { LabelSchema, PolicyRule } from "../../../api/types";
import { ConditionRow } from "./ConditionRow";
import classes from "./policy.module.css";
import {
  ACTIONS,
  type Condition,
  listConditions,
  nextCondition,
  whenOf,
  withAction,
  withNote,
} from "./ruleEdits";

interface Props {
  rule: PolicyRule;
  index: number;
  of: number;
  schema: LabelSchema;
  problemAt: (name: string) => string | undefined;
  onChange: (rule: PolicyRule) => void;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
}

function RuleTools({ rule, index, of, onMove, onRemove }: Props) {
  const { t } = useTranslation("setup");
  const name = rule.name || `${index + 1}`;
  const tools = [
    { key: "up", icon: IconArrowUp, disabled: index === 0, act: () => onMove(-1) },
    { key: "down", icon: IconArrowDown, disabled: index === of - 1, act: () => onMove(1) },
    { key: "remove", icon: IconX, disabled: false, act: onRemove },
  ] as const;
  return (
    <span className={classes.tools}>
      {tools.map(({ key, icon: Icon, disabled, act }) => (
        <ActionIcon
          key={key}
          data-tool={key}
          variant="subtle"
          color="gray"
          disabled={disabled}
          aria-label={t(`policy.rules.${key}`, { name })}
          onClick={act}
        >
          <Icon size={15} />
        </ActionIcon>
      ))}
    </span>
  );
}

function Conditions({ rule, index, schema, problemAt, onChange }: Props) {
  const { t } = useTranslation("setup");
  const conditions = listConditions(rule.when);
  const set = (next: readonly Condition[]) => onChange({ ...rule, when: whenOf(next) });
  const following = nextCondition(conditions);
  return (
    <div className={classes.conditions}>
      <span className={classes.word}>
        {t(conditions.length > 0 ? "policy.rules.when" : "policy.rules.always")}
      </span>
      {conditions.map((condition, at) => {
        const others = conditions.filter((_, place) => place !== at);
        return (
          <ConditionRow
            key={`${condition.fact} ${condition.comparison}`}
            condition={condition}
            others={others}
            schema={schema}
            problem={problemAt(`rules/${index}/when/${condition.fact}`)}
            onChange={(next) => set(conditions.map((old, place) => (place === at ? next : old)))}
            onRemove={() => set(others)}
          />
        );
      })}
      <div>
        <Button
          size="compact-xs"
          variant="subtle"
          leftSection={<IconPlus size={13} />}
          disabled={following === undefined}
          onClick={() => following && set([...conditions, following])}
        >
          {t("policy.rules.addCondition")}
        </Button>
      </div>
    </div>
  );
}

/** "When all of this is true of an item, do that." */
export function RuleCard(props: Props) {
  const { t } = useTranslation("setup");
  const { rule, index, problemAt, onChange } = props;
  return (
    <li className={classes.rule}>
      <div className={classes.ruleHead}>
        <span className={classes.place} aria-hidden>
          {index + 1}
        </span>
        <TextInput
          size="xs"
          className={classes.ruleName}
          aria-label={t("policy.rules.name", { place: index + 1 })}
          value={rule.name}
          error={problemAt(`rules/${index}/name`)}
          onChange={(event) => onChange({ ...rule, name: event.currentTarget.value })}
        />
        <RuleTools {...props} />
      </div>
      <Conditions {...props} />
      <Select
        size="xs"
        classNames={{ root: classes.then, label: classes.word }}
        label={t("policy.rules.then")}
        inputWrapperOrder={["label", "input", "description", "error"]}
        description={
          rule.then === "back_to_worker"
            ? t("policy.rules.backNote")
            : rule.then === "hold"
              ? t("policy.rules.holdNote")
              : undefined
        }
        allowDeselect={false}
        data={ACTIONS.map((value) => ({ value, label: t(`policy.actions.${value}`) }))}
        value={rule.then}
        error={problemAt(`rules/${index}/then`)}
        onChange={(action) => action && onChange(withAction(rule, action))}
      />
      {rule.then === "back_to_worker" ? (
        <TextInput
          size="xs"
          classNames={{ root: classes.then, label: classes.word }}
          label={t("policy.rules.note")}
          placeholder={t("policy.rules.noteExample")}
          maxLength={500}
          value={rule.note ?? ""}
          error={problemAt(`rules/${index}/note`)}
          onChange={(event) => onChange(withNote(rule, event.currentTarget.value))}
        />
      ) : null}
    </li>
  );
}
