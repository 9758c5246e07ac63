import { useTranslation } from "react-i18next";
import type { Production } from "../../api/types";
import { EmptyState } from "../../ui/EmptyState";
import { useFormat } from "../../ui/format";
import { Panel } from "../../ui/Panel";
import { Stat } from "../../ui/Stat";
import classes from "./production.module.css";

const STEPS = ["corrected", "labelled", "released", "retrained", "fixed"] as const;

/** How many errors of production have come how far. */
export function Funnel({ counts }: { counts: Production["counts"] }) {
  const { t } = useTranslation("production");
  const format = useFormat();
  const errors = counts.corrected ?? 0;
  const refuted = counts.refuted ?? 0;
  return (
    <Panel title={t("funnel.title")} note={t("funnel.note")}>
      {errors === 0 ? (
        <EmptyState title={t("funnel.none")}>{t("funnel.noneText")}</EmptyState>
      ) : (
        <>
          <ol className={classes.funnel}>
            {STEPS.map((step) => {
              const count = counts[step] ?? 0;
              return (
                <li key={step} className={classes.step}>
                  <Stat value={format.number(count)} label={t(`funnel.${step}`)} />
                  <span className={classes.bar} aria-hidden>
                    <span
                      className={classes.fill}
                      style={{ inlineSize: `${Math.min(count / errors, 1) * 100}%` }}
                    />
                  </span>
                </li>
              );
            })}
          </ol>
          {refuted > 0 ? (
            <p className={classes.note}>{t("funnel.refuted", { count: refuted })}</p>
          ) : null}
        </>
      )}
    </Panel>
  );
}
