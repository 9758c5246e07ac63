import { Stack, Switch } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Prices } from "../../../api/types";
import { Panel } from "../../../ui/Panel";
import { DecimalInput } from "./DecimalInput";
import type { PolicyFieldProps } from "./fieldProps";
import classes from "./policy.module.css";
import { ShareSlider } from "./ShareSlider";

/** Where prices start; the same as the server's own. */
const FIRST_PRICES: Prices = { crowd: 1, expert: 5, wrong: 100, expert_accuracy: 0.95 };
const FIRST_EXPERT = 5;

interface PriceProps {
  name: "crowd" | "expert" | "wrong";
  prices: Prices;
  problem: string | undefined;
  onPrice: (price: number) => void;
}

function PriceField({ name, prices, problem, onPrice }: PriceProps) {
  const { t } = useTranslation("setup");
  return (
    <DecimalInput
      label={t(`policy.prices.${name}`)}
      description={t(`policy.prices.${name}Note`)}
      min={0}
      decimalScale={3}
      value={prices[name]}
      empty={0}
      error={problem}
      onNumber={(value) => onPrice(value ?? 0)}
    />
  );
}

function PriceFields({
  policy,
  problemAt,
  change,
  prices,
}: PolicyFieldProps & { prices: Prices }) {
  const { t } = useTranslation("setup");
  const set = (part: Partial<Prices>) => change({ prices: { ...prices, ...part } });
  const hasExpert = prices.expert !== null;
  const field = (name: PriceProps["name"]) => ({
    name,
    prices,
    problem: problemAt(`prices/${name}`),
    onPrice: (price: number) => set({ [name]: price }),
  });
  return (
    <>
      <div className={classes.pair}>
        <PriceField {...field("crowd")} />
        <PriceField {...field("wrong")} />
      </div>
      <Switch
        label={t("policy.prices.hasExpert")}
        checked={hasExpert}
        onChange={(event) => set({ expert: event.currentTarget.checked ? FIRST_EXPERT : null })}
      />
      {hasExpert ? (
        <div className={classes.pair}>
          <PriceField {...field("expert")} />
          <ShareSlider
            label={t("policy.prices.accuracy")}
            note={t("policy.prices.accuracyNote")}
            min={51}
            value={prices.expert_accuracy}
            problem={problemAt("prices/expert_accuracy")}
            onChange={(expert_accuracy) => set({ expert_accuracy })}
          />
        </div>
      ) : null}
      <div className={classes.pair}>
        <DecimalInput
          label={t("policy.budget")}
          description={t("policy.budgetNote")}
          placeholder={t("policy.noBudget")}
          min={0}
          decimalScale={3}
          value={policy.budget}
          empty={null}
          error={problemAt("budget")}
          onNumber={(budget) => change({ budget })}
        />
        <ShareSlider
          label={t("policy.audit")}
          note={t("policy.auditNote")}
          min={0}
          value={policy.audit}
          problem={problemAt("audit")}
          onChange={(audit) => change({ audit })}
        />
      </div>
    </>
  );
}

/** Whether judgments have prices, and which. Switching off and on again forgets nothing. */
export function PricesPanel(props: PolicyFieldProps) {
  const { t } = useTranslation("setup");
  const { policy, change, problemAt } = props;
  const { prices, budget } = policy;
  const [kept, keep] = useState({ prices: prices ?? FIRST_PRICES, budget });
  return (
    <Panel title={t("policy.pricesHeading")}>
      <Stack gap="md">
        <Switch
          label={t("policy.prices.on")}
          description={t(prices ? "policy.prices.onNote" : "policy.prices.offNote")}
          checked={prices !== null}
          error={prices ? undefined : problemAt("prices")}
          onChange={(event) => {
            if (prices) keep({ prices, budget });
            // A budget is counted in prices: without them it means nothing.
            change(event.currentTarget.checked ? kept : { prices: null, budget: null });
          }}
        />
        {prices ? <PriceFields {...props} prices={prices} /> : null}
      </Stack>
    </Panel>
  );
}
