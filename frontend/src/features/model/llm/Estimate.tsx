import { useTranslation } from "react-i18next";
import type { LlmEstimate } from "../../../api/types";
import { useFormat } from "../../../ui/format";
import { Stat } from "../../../ui/Stat";
import classes from "./llm.module.css";

function Prompt({ prompt }: { prompt: LlmEstimate["prompt"] }) {
  const { t } = useTranslation("model");
  return (
    <details>
      <summary>{t("llm.estimate.prompt", { ...prompt })}</summary>
      <p className={classes.words}>{t("llm.estimate.promptNote")}</p>
      <pre className={classes.code}>{prompt.system}</pre>
      <p className={classes.words}>{t("llm.estimate.schema")}</p>
      <pre className={classes.code}>{JSON.stringify(prompt.schema, null, 2)}</pre>
    </details>
  );
}

/** What a run would cost and ask, before anything is sent. */
export function Estimate({ estimate }: { estimate: LlmEstimate }) {
  const { t } = useTranslation("model");
  const format = useFormat();
  const { likely, at_most: most } = estimate;
  return (
    <div role="status" className={classes.panel}>
      <div className={classes.stats}>
        <Stat
          value={format.money(likely.money)}
          label={t("llm.estimate.likely")}
          note={t("llm.estimate.atMost", { money: format.money(most.money) })}
        />
        <Stat
          value={format.number(estimate.calls)}
          label={t("llm.estimate.calls")}
          note={estimate.paid ? t("llm.estimate.paid", { count: estimate.paid }) : null}
        />
        <Stat
          value={format.number(estimate.items)}
          label={t("llm.estimate.items")}
          note={t("llm.estimate.itemsNote", {
            known: format.number(estimate.known),
            waiting: format.number(estimate.waiting),
          })}
        />
        <Stat
          value={format.number(likely.tokens_in + likely.tokens_out)}
          label={t("llm.estimate.tokens")}
          note={t("llm.estimate.tokensNote", {
            read: format.number(likely.tokens_in),
            written: format.number(likely.tokens_out),
          })}
        />
      </div>
      <p className={classes.words}>
        {t(estimate.is_measured ? "llm.estimate.measured" : "llm.estimate.guessed")}
      </p>
      <Prompt prompt={estimate.prompt} />
    </div>
  );
}
