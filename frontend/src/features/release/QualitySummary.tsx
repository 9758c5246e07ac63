import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { projectQuery } from "../../api/queries";
import type { Release } from "../../api/types";
import { IntervalBar } from "../../ui/charts/IntervalBar";
import { useFormat } from "../../ui/format";
import { Stat } from "../../ui/Stat";
import { readQuality } from "./quality";
import classes from "./release.module.css";

interface Props {
  projectId: number;
  release: Release;
}

/**
 * A report names questions by their ids. Titles are those of today's guideline; a question that
 * it no longer asks keeps its id.
 */
function useTitles(projectId: number): (question: string) => string {
  const { data } = useQuery(projectQuery(projectId));
  return (id) => {
    const question = data?.guideline?.schema.questions.find((other) => other.id === id);
    return question?.title || id;
  };
}

export function QualitySummary({ projectId, release }: Props) {
  const { t } = useTranslation("release");
  const format = useFormat();
  const titleOf = useTitles(projectId);
  const { settledBy, perItem, agreement, gold } = readQuality(release.quality);
  const total =
    settledBy.consensus + settledBy.adjudication + settledBy.autoAccept + settledBy.spread;
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
          value={format.percent(total > 0 ? settledBy.consensus / total : null, 1)}
          label={t("quality.byConsensus")}
          note={t("quality.byExperts", { count: settledBy.adjudication })}
        />
        {gold.map(({ question, items, accuracy }) => (
          <Stat
            key={question}
            value={format.percent(accuracy, 1)}
            label={t("quality.gold", { question: titleOf(question) })}
            note={t("quality.goldItems", { count: items })}
          />
        ))}
      </div>
      {agreement.length > 0 ? (
        <div className={classes.agreement}>
          {agreement.map(({ question, alpha, low, high }) => (
            <div key={question} style={{ display: "contents" }}>
              <span>{titleOf(question)}</span>
              <IntervalBar
                value={alpha}
                low={low}
                high={high}
                label={t("quality.alpha", {
                  question: titleOf(question),
                  alpha: format.decimal(alpha),
                })}
              />
              <span>α {format.decimal(alpha)}</span>
            </div>
          ))}
        </div>
      ) : null}
    </>
  );
}
