import { Button } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Policy, PolicyPreview } from "../../../api/types";
import { EmptyState } from "../../../ui/EmptyState";
import { useFormat } from "../../../ui/format";
import { Gap } from "../../../ui/Gap";
import { Notice } from "../../../ui/Notice";
import { Panel } from "../../../ui/Panel";
import { CostCurve } from "./CostCurve";
import { EndingTable, ForecastTable, RuleHits } from "./ForecastTables";
import classes from "./trial.module.css";

interface Props {
  policy: Policy;
  /** What the last try found; undefined before the first. */
  found: PolicyPreview | undefined;
  /** The form says something else by now. */
  isStale: boolean;
  isPending: boolean;
  problem: string | undefined;
  onTry: () => void;
}

function BudgetNote({ budget, found }: { budget: number; found: PolicyPreview }) {
  const { t } = useTranslation("setup");
  const format = useFormat();
  const { cost_per_item } = found.proposed;
  const values = { cost: format.decimal(cost_per_item), budget: format.decimal(budget) };
  if (cost_per_item <= budget) {
    const { wrong } = found.proposed;
    return (
      <Notice tone="good">
        {t("trial.inBudget", values)}
        <Gap />
        {wrong === null ? null : t("trial.budgetPrice", { wrong: format.decimal(wrong) })}
      </Notice>
    );
  }
  const affordable = found.curve.filter((point) => point.cost_per_item <= budget).at(-1);
  return (
    <Notice tone="warn" title={t("trial.overBudget", values)}>
      {affordable
        ? t("trial.affordable", { wrong: format.number(affordable.wrong) })
        : t("trial.notAffordable")}
    </Notice>
  );
}

function Found({ found, policy }: { found: PolicyPreview; policy: Policy }) {
  const { t } = useTranslation("setup");
  const format = useFormat();
  if (found.items === 0) {
    return <EmptyState title={t("trial.noVotes")}>{t("trial.noVotesText")}</EmptyState>;
  }
  return (
    <div className={classes.found}>
      <p className={classes.small}>
        {t("trial.replayed", {
          count: found.items,
          items: format.number(found.items),
          of: format.number(found.of),
        })}
        <Gap />
        {found.crowd_version === null
          ? t("trial.nobodyKnown")
          : t("trial.crowdKnown", { version: found.crowd_version })}
      </p>
      <ForecastTable found={found} />
      {policy.budget === null ? null : <BudgetNote budget={policy.budget} found={found} />}
      <EndingTable found={found} />
      <RuleHits rules={found.proposed.rules} items={found.items} />
      {policy.prices ? <CostCurve points={found.curve} wrong={policy.prices.wrong} /> : null}
    </div>
  );
}

/** The routing in the form on the votes the project has, beside the routing in force. */
export function TrialPanel({ policy, found, isStale, isPending, problem, onTry }: Props) {
  const { t } = useTranslation("setup");
  return (
    <aside className={classes.trial} aria-label={t("trial.title")}>
      <Panel title={t("trial.title")} note={t("trial.note")}>
        <Button
          fullWidth
          variant={found && !isStale ? "default" : "light"}
          leftSection={<IconPlayerPlay size={15} />}
          loading={isPending}
          onClick={onTry}
        >
          {t(found ? "trial.again" : "trial.try")}
        </Button>
        <div className={classes.result} aria-live="polite" aria-busy={isPending}>
          {problem ? <Notice tone="bad">{problem}</Notice> : null}
          {found && isStale && !problem ? (
            <p className={classes.small}>{t("trial.stale")}</p>
          ) : null}
          {found ? (
            <div data-stale={isStale || undefined} className={classes.body}>
              <Found found={found} policy={policy} />
            </div>
          ) : null}
        </div>
      </Panel>
    </aside>
  );
}
