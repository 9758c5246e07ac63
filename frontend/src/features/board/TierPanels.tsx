import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Board } from "../../api/types";
import { Sparkline } from "../../ui/charts/Sparkline";
import { StackedBar } from "../../ui/charts/StackedBar";
import { useFormat } from "../../ui/format";
import { Panel } from "../../ui/Panel";
import { Stat } from "../../ui/Stat";
import classes from "./BoardScreen.module.css";
import { ModelPanel } from "./ModelPanel";

function CrowdPanel({ board }: { board: Board }) {
  const { t } = useTranslation("board");
  const format = useFormat();
  const { crowd } = board.tiers;
  return (
    <Panel title={t("crowd.title")} note={t("crowd.active", { count: crowd.active_workers })}>
      <div className={classes.stats}>
        <Stat value={format.number(crowd.judgments)} label={t("crowd.judgments")} />
        <Stat
          value={crowd.median_seconds === null ? "–" : format.seconds(crowd.median_seconds)}
          label={t("crowd.median")}
        />
        <Stat value={format.number(crowd.last_hour)} label={t("lastHour")} />
        <Sparkline
          values={board.throughput.map((bucket) => bucket.crowd)}
          label={t("crowd.pace")}
          color="var(--tier-crowd)"
        />
      </div>
    </Panel>
  );
}

function ExpertPanel({ projectId, board }: { projectId: number; board: Board }) {
  const { t } = useTranslation("board");
  const format = useFormat();
  const { expert } = board.tiers;
  return (
    <Panel title={t("expert.title")} note={t("expert.note")}>
      <div className={classes.stats}>
        <Stat
          value={
            <Link
              className={classes.link}
              to="/projects/$projectId/items"
              params={{ projectId }}
              search={{ stage: "disputed" }}
            >
              {format.number(expert.waiting)}
            </Link>
          }
          label={t("expert.waiting")}
        />
        <Stat value={format.number(expert.adjudications)} label={t("expert.decided")} />
        <Stat value={format.number(expert.last_hour)} label={t("lastHour")} />
        <Sparkline
          values={board.throughput.map((bucket) => bucket.expert)}
          label={t("expert.pace")}
          color="var(--tier-expert)"
        />
      </div>
    </Panel>
  );
}

function SettledPanel({ settledBy }: { settledBy: Board["settled_by"] }) {
  const { t } = useTranslation("board");
  const format = useFormat();
  const total =
    settledBy.consensus + settledBy.adjudication + settledBy.auto_accept + settledBy.spread;
  return (
    <Panel title={t("settledBy.title")} note={t("settledBy.note")}>
      <p className={classes.headline}>
        <span className={classes.big}>
          {format.percent(total > 0 ? settledBy.consensus / total : null, 1)}
        </span>
        {t("settledBy.byConsensus")}
      </p>
      <StackedBar
        label={t("settledBy.title")}
        height={10}
        parts={[
          {
            key: "consensus",
            label: t("settledBy.consensus"),
            value: settledBy.consensus,
            color: "var(--stage-settled)",
          },
          {
            key: "adjudication",
            label: t("settledBy.adjudication"),
            value: settledBy.adjudication,
            color: "var(--tier-expert)",
          },
          {
            key: "auto_accept",
            label: t("settledBy.auto_accept"),
            value: settledBy.auto_accept,
            color: "var(--tier-crowd)",
          },
          {
            key: "spread",
            label: t("settledBy.spread"),
            value: settledBy.spread,
            color: "var(--line-strong)",
          },
        ]}
      />
    </Panel>
  );
}

export function TierPanels({ projectId, board }: { projectId: number; board: Board }) {
  return (
    <>
      <div className={classes.quarter}>
        <CrowdPanel board={board} />
      </div>
      <div className={classes.quarter}>
        <ExpertPanel projectId={projectId} board={board} />
      </div>
      <div className={classes.quarter}>
        <SettledPanel settledBy={board.settled_by} />
      </div>
      <div className={classes.quarter}>
        <ModelPanel projectId={projectId} model={board.model} rest={board.model_rest} />
      </div>
    </>
  );
}
