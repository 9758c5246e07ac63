import { Button, Group, NumberInput, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { productionQuery } from "../../api/queries";
import type { ProductionRules } from "../../api/types";
import { Panel } from "../../ui/Panel";
import { useFieldProblems } from "../../ui/useFieldProblems";
import classes from "./production.module.css";

const SHARES = ["uncertain_below", "random_share"] as const;
const CAPS = ["most_a_day", "drift_most_a_day"] as const;
const LARGEST_CAP = 100_000;

function useRules(projectId: number) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (rules: ProductionRules) =>
      api.patch<ProductionRules>(`projects/${projectId}/production/rules/`, rules),
    onSuccess: () =>
      queryClient.invalidateQueries({ queryKey: productionQuery(projectId).queryKey }),
  });
}

function rulesIn(form: HTMLFormElement): ProductionRules {
  const fields = new FormData(form);
  const number = (name: string) => Number.parseFloat(`${fields.get(name)}`);
  return {
    uncertain_below: number("uncertain_below") / 100,
    random_share: number("random_share") / 100,
    most_a_day: number("most_a_day"),
    drift_most_a_day: number("drift_most_a_day"),
  };
}

/** What of the feedback becomes work, and how much of it in a day. */
export function RulesPanel({ projectId, rules }: { projectId: number; rules: ProductionRules }) {
  const { t } = useTranslation("production");
  const change = useRules(projectId);
  const problems = useFieldProblems(change.error, [...SHARES, ...CAPS]);
  const handleSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    change.mutate(rulesIn(event.currentTarget));
  };
  return (
    <Panel title={t("rules.title")} note={t("rules.note")}>
      <form onSubmit={handleSubmit}>
        <Stack gap="md">
          <div className={classes.fields}>
            {SHARES.map((name) => (
              <NumberInput
                key={name}
                name={name}
                label={t(`rules.${name}`)}
                suffix="%"
                min={0}
                max={100}
                decimalScale={1}
                required
                withAsterisk={false}
                defaultValue={Math.round(rules[name] * 1000) / 10}
                error={problems.at(name)}
              />
            ))}
            {CAPS.map((name) => (
              <NumberInput
                key={name}
                name={name}
                label={t(`rules.${name}`)}
                min={0}
                max={LARGEST_CAP}
                allowDecimal={false}
                required
                withAsterisk={false}
                defaultValue={rules[name]}
                error={problems.at(name)}
              />
            ))}
          </div>
          {problems.rest ? (
            <Text role="alert" size="sm" c="var(--bad)">
              {problems.rest}
            </Text>
          ) : null}
          <Group gap="sm">
            <Button type="submit" variant="default" loading={change.isPending}>
              {t("rules.save")}
            </Button>
            {change.isSuccess ? (
              <Text role="status" size="sm" c="var(--good)">
                {t("rules.saved")}
              </Text>
            ) : null}
          </Group>
        </Stack>
      </form>
    </Panel>
  );
}
