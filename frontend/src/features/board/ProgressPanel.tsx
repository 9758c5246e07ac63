import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Board, ItemStage } from "../../api/types";
import { StackedBar } from "../../ui/charts/StackedBar";
import { useFormat } from "../../ui/format";
import { Panel } from "../../ui/Panel";
import classes from "./BoardScreen.module.css";

const STAGES: readonly ItemStage[] = ["settled", "disputed", "held", "open", "new", "withdrawn"];
/** Shown where there are any. */
const RARE: readonly ItemStage[] = ["held", "withdrawn"];

interface Props {
  projectId: number;
  items: Board["items"];
}

export function ProgressPanel({ projectId, items }: Props) {
  const { t } = useTranslation("board");
  const format = useFormat();
  const inPlay = items.total - items.withdrawn;
  const share = inPlay > 0 ? items.settled / inPlay : null;
  return (
    <div className={classes.full}>
      <Panel>
        <p className={classes.headline}>
          <span className={classes.big}>{format.percent(share, 1)}</span>
          {t("progress.settled", {
            settled: format.number(items.settled),
            total: format.number(inPlay),
          })}
        </p>
        <StackedBar
          label={t("progress.label", { settled: items.settled, total: inPlay })}
          parts={STAGES.filter((stage) => !RARE.includes(stage) || items[stage] > 0).map(
            (stage) => ({
              key: stage,
              label: t(`common:itemStage.${stage}`),
              value: items[stage],
              color: `var(--stage-${stage})`,
            }),
          )}
          renderLegend={({ key }, children) => (
            <Link
              to="/projects/$projectId/items"
              params={{ projectId }}
              search={{ stage: key as ItemStage }}
            >
              {children}
            </Link>
          )}
        />
      </Panel>
    </div>
  );
}
