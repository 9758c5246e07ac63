import { useTranslation } from "react-i18next";
import type { Board } from "../../api/types";
import { StackedBar } from "../../ui/charts/StackedBar";
import { useFormat } from "../../ui/format";
import { Notice } from "../../ui/Notice";
import { Panel } from "../../ui/Panel";
import { Stat } from "../../ui/Stat";
import classes from "./BoardScreen.module.css";

type Bill = NonNullable<Board["bill"]>;

function Reach({ bill, allowed }: { bill: Bill; allowed: number }) {
  const { t } = useTranslation("board");
  const format = useFormat();
  const words = { spent: format.decimal(bill.spent), allowed: format.decimal(allowed) };
  return (
    <StackedBar
      label={t("bill.label", words)}
      height={10}
      parts={[
        {
          key: "spent",
          label: t("bill.spent"),
          value: bill.spent,
          color: bill.is_spent ? "var(--stage-disputed)" : "var(--tier-crowd)",
        },
        {
          key: "left",
          label: t("bill.rest"),
          value: bill.left ?? 0,
          color: "var(--stage-new)",
        },
      ]}
    />
  );
}

/** What the project has spent, and how far its budget still goes. */
export function BillPanel({ bill }: { bill: Bill }) {
  const { t } = useTranslation("board");
  const format = useFormat();
  const { allowed, left, undecided } = bill;
  return (
    <Panel title={t("bill.title")} note={t("bill.note")}>
      <div className={classes.figures}>
        <Stat value={format.decimal(bill.spent)} label={t("bill.spent")} />
        <Stat
          value={bill.per_item === null ? "–" : format.decimal(bill.per_item)}
          label={t("bill.perItem")}
        />
        <Stat value={format.number(bill.crowd)} label={t("bill.judgments")} />
        <Stat value={format.number(bill.expert)} label={t("bill.readings")} />
        <Stat
          value={left === null ? "–" : format.decimal(left)}
          label={
            allowed === null
              ? t("bill.noBudget")
              : t("bill.left", { allowed: format.decimal(allowed) })
          }
        />
      </div>
      {allowed === null ? null : <Reach bill={bill} allowed={allowed} />}
      {bill.is_spent ? (
        <Notice tone="warn">
          {undecided > 0 ? t("bill.over", { count: undecided }) : t("bill.overDone")}
        </Notice>
      ) : null}
    </Panel>
  );
}
