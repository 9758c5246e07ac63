import { useTranslation } from "react-i18next";
import type { Production } from "../../api/types";
import { useFormat } from "../../ui/format";
import { Panel } from "../../ui/Panel";
import { Stat } from "../../ui/Stat";
import classes from "./production.module.css";

/** What applications asked and gave back, since the beginning. */
export function CountsPanel({ production }: { production: Production }) {
  const { t } = useTranslation("production");
  const format = useFormat();
  const { counts, opened_today, rules } = production;
  const count = (name: string) => counts[name] ?? 0;
  const asked = count("predicted") + count("refused") + count("late");
  return (
    <Panel title={t("counts.title")} note={t("counts.note")}>
      <div className={classes.stats}>
        <Stat
          value={format.number(count("predicted"))}
          label={t("counts.predicted")}
          note={t("counts.asked", { asked: format.number(asked) })}
        />
        <Stat value={format.number(count("late"))} label={t("counts.late")} />
        <Stat
          value={format.number(count("received"))}
          label={t("counts.received")}
          note={t("counts.duplicates", { duplicates: format.number(count("duplicates")) })}
        />
        <Stat
          value={format.number(opened_today.feedback)}
          label={t("counts.today")}
          note={t("counts.cap", { cap: format.number(rules.most_a_day) })}
        />
        <Stat
          value={format.number(count("capped"))}
          label={t("counts.capped")}
          note={t("counts.cappedNote")}
        />
      </div>
    </Panel>
  );
}
