import { Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Forecast, PolicyPreview } from "../../../api/types";
import { type Format, useFormat } from "../../../ui/format";
import classes from "./trial.module.css";

type Figure =
  | "cost_per_item"
  | "expected_error"
  | "expert_share"
  | "crowd_per_item"
  | "returns_per_item"
  | "held_share"
  | "ran_out_share";

const SHARES: readonly Figure[] = [
  "expected_error",
  "expert_share",
  "held_share",
  "ran_out_share",
];
const FIGURES: readonly Figure[] = [
  "cost_per_item",
  "expected_error",
  "crowd_per_item",
  "returns_per_item",
  "expert_share",
  "held_share",
  "ran_out_share",
];
/** Shown where a rule makes them happen. */
const OF_RULES: readonly Figure[] = ["returns_per_item", "held_share"];
/** A smaller change is not worth a colour. */
const LEAST_CHANGE = 0.005;

function written(figure: Figure, value: number, format: Format): string {
  return SHARES.includes(figure) ? format.percent(value, 1) : format.decimal(value);
}

function Change({ from, to }: { from: number; to: number }) {
  const { t } = useTranslation("setup");
  const format = useFormat();
  if (from === to) return <span className={classes.change}>{t("trial.same")}</span>;
  if (from === 0) return <span className={classes.change}>{t("trial.new")}</span>;
  const change = to / from - 1;
  const tone = Math.abs(change) < LEAST_CHANGE ? undefined : change < 0 ? "good" : "bad";
  return (
    <span className={classes.change} data-tone={tone}>
      {change > 0 ? "+" : "−"}
      {format.percent(Math.abs(change), Math.abs(change) < 0.1 ? 1 : 0)}
    </span>
  );
}

function Head({ first }: { first: string }) {
  const { t } = useTranslation("setup");
  return (
    <Table.Thead>
      <Table.Tr>
        <Table.Th>{first}</Table.Th>
        <Table.Th ta="end">{t("trial.current")}</Table.Th>
        <Table.Th ta="end">{t("trial.proposed")}</Table.Th>
      </Table.Tr>
    </Table.Thead>
  );
}

/** What the two policies cost and miss, side by side; less is better everywhere. */
export function ForecastTable({ found }: { found: PolicyPreview }) {
  const { t } = useTranslation("setup");
  const format = useFormat();
  const { current, proposed } = found;
  const figures = FIGURES.filter(
    (figure) => !OF_RULES.includes(figure) || current[figure] + proposed[figure] > 0,
  );
  return (
    <Table fz="sm" verticalSpacing={6} horizontalSpacing={4} className={classes.table}>
      <Head first={t("trial.figure")} />
      <Table.Tbody>
        {figures.map((figure) => (
          <Table.Tr key={figure}>
            <Table.Th scope="row" fw={400}>
              {t(`trial.figures.${figure}`)}
            </Table.Th>
            <Table.Td ta="end">{written(figure, current[figure], format)}</Table.Td>
            <Table.Td ta="end">
              <b>{written(figure, proposed[figure], format)}</b>
              <Change from={current[figure]} to={proposed[figure]} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

const ENDINGS = [
  "threshold_met",
  "only_vote",
  "nothing_worth_its_price",
  "budget_spent",
  "rule",
  "expert_gains_more",
  "votes_used_up",
  "disagreement",
  "unsure_votes",
  "audit",
  "ran_out",
];

/** How the replayed items ended under each policy. */
export function EndingTable({ found }: { found: PolicyPreview }) {
  const { t } = useTranslation("setup");
  const format = useFormat();
  const { current, proposed } = found;
  const met = Object.keys({ ...current.codes, ...proposed.codes });
  const codes = [...ENDINGS.filter((code) => met.includes(code))];
  const others = met.filter((code) => !ENDINGS.includes(code));
  return (
    <Table fz="xs" verticalSpacing={5} horizontalSpacing={4} className={classes.table}>
      <Head first={t("trial.endings")} />
      <Table.Tbody>
        {[...codes, ...others].map((code) => (
          <Table.Tr key={code}>
            <Table.Th scope="row" fw={400}>
              {t(`trial.codes.${code}` as never, { defaultValue: code })}
            </Table.Th>
            <Table.Td ta="end">{format.number(current.codes[code] ?? 0)}</Table.Td>
            <Table.Td ta="end" fw={600}>
              {format.number(proposed.codes[code] ?? 0)}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** On how many items each rule of the form decided something. */
export function RuleHits({ rules, items }: { rules: Forecast["rules"]; items: number }) {
  const { t } = useTranslation("setup");
  const format = useFormat();
  if (rules.length === 0) return null;
  return (
    <div>
      <h3 className={classes.heading}>{t("trial.rules")}</h3>
      <ol className={classes.hits}>
        {rules.map(({ name, hits }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rules are their places, names may repeat
          <li key={index} data-idle={hits === 0 || undefined}>
            <span>
              {index + 1}. {name}
            </span>
            <span>{t("trial.hits", { count: hits, hits: format.number(hits) })}</span>
            <progress value={hits} max={items} aria-hidden />
          </li>
        ))}
      </ol>
    </div>
  );
}
