import { useTranslation } from "react-i18next";
import type { Release } from "../../api/types";
import { IntervalBar } from "../../ui/charts/IntervalBar";
import { useFormat } from "../../ui/format";
import { Stat } from "../../ui/Stat";
import { readQuality } from "./quality";
import classes from "./release.module.css";

export function QualitySummary({ release }: { release: Release }) {
  const { t } = useTranslation("release");
  const format = useFormat();
  const { settledBy, perItem, agreement, gold } = readQuality(release.quality);
  const total = settledBy.consensus + settledBy.adjudication;
  return (
    <>
      <div className={classes.stats}>
        <Stat value={format.number(release.items)} label={t("quality.items")} />
        <Stat
          value={format.number(release.judgments)}
          label={t("quality.judgments")}
          note={
            perItem === null ? null : t("quality.perItem", { number: format.decimal(perItem) })
          }
        />
        <Stat
          value={format.percent(total > 0 ? settledBy.consensus / total : null)}
          label={t("quality.byConsensus")}
          note={t("quality.byExperts", { count: settledBy.adjudication })}
        />
        {gold.map(({ question, items, accuracy }) => (
          <Stat
            key={question}
            value={format.percent(accuracy, 1)}
            label={t("quality.gold", { question })}
            note={t("quality.goldItems", { count: items })}
          />
        ))}
      </div>
      {agreement.length > 0 ? (
        <div className={classes.agreement}>
          {agreement.map(({ question, alpha, low, high }) => (
            <div key={question} style={{ display: "contents" }}>
              <span>{question}</span>
              <IntervalBar
                value={alpha}
                low={low}
                high={high}
                label={t("quality.alpha", { question, alpha: format.decimal(alpha) })}
              />
              <span>α {format.decimal(alpha)}</span>
            </div>
          ))}
        </div>
      ) : null}
    </>
  );
}
