import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { Panel } from "../../../ui/Panel";
import type { PolicyFieldProps } from "./fieldProps";
import classes from "./policy.module.css";
import { RuleCard } from "./RuleCard";
import { freshRule, movedRule } from "./ruleEdits";

const MOST_RULES = 50;

/** The lead's own rules, in order: the first that matches decides. */
export function RulesPanel({ policy, schema, problemAt, change }: PolicyFieldProps) {
  const { t } = useTranslation("setup");
  const list = useRef<HTMLOListElement>(null);
  const { rules } = policy;
  const move = (index: number, by: -1 | 1) => {
    change({ rules: movedRule(rules, index, by) });
    // Focus goes along with the rule, to the other button where this one has come to its end.
    requestAnimationFrame(() => {
      const card = list.current?.children[index + by];
      const tools = by < 0 ? ["up", "down"] : ["down", "up"];
      const buttons = tools.map((name) =>
        card?.querySelector<HTMLButtonElement>(`[data-tool="${name}"]`),
      );
      buttons.find((button) => button?.disabled === false)?.focus();
    });
  };
  return (
    <Panel title={t("policy.rulesHeading")} note={t("policy.rulesNote")}>
      {rules.length > 0 ? (
        <ol className={classes.rules} ref={list}>
          {rules.map((rule, index) => (
            <RuleCard
              // biome-ignore lint/suspicious/noArrayIndexKey: names are being typed and may repeat
              key={index}
              rule={rule}
              index={index}
              of={rules.length}
              schema={schema}
              problemAt={problemAt}
              onChange={(next) =>
                change({ rules: rules.map((old, at) => (at === index ? next : old)) })
              }
              onMove={(by) => move(index, by)}
              onRemove={() => change({ rules: rules.filter((_, at) => at !== index) })}
            />
          ))}
        </ol>
      ) : (
        <p className={classes.none}>{t("policy.rules.none")}</p>
      )}
      <Button
        size="xs"
        variant="default"
        leftSection={<IconPlus size={14} />}
        disabled={rules.length >= MOST_RULES}
        onClick={() =>
          change({
            rules: [...rules, freshRule(t("policy.rules.first", { place: rules.length + 1 }))],
          })
        }
      >
        {t("policy.rules.add")}
      </Button>
    </Panel>
  );
}
