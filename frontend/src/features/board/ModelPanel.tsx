import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { ModelRest, ModelState } from "../../api/types";
import { useFormat } from "../../ui/format";
import { ModelRestNotice } from "../../ui/ModelRestNotice";
import { Panel } from "../../ui/Panel";
import { Stat } from "../../ui/Stat";
import classes from "./BoardScreen.module.css";

interface Props {
  projectId: number;
  model: ModelState | null;
  rest: ModelRest | null;
}

export function ModelPanel({ projectId, model, rest }: Props) {
  const { t } = useTranslation("board");
  const format = useFormat();
  const title = (
    <Link className={classes.link} to="/projects/$projectId/model" params={{ projectId }}>
      {t("model.title")}
    </Link>
  );
  if (!model) {
    return (
      <Panel title={title} note={t("model.noneNote")}>
        {rest ? <ModelRestNotice rest={rest} /> : null}
        <p className={classes.sub}>{t("model.none")}</p>
      </Panel>
    );
  }
  const { acceptance, quality, weight } = model;
  const accepted = acceptance.compared > 0 ? acceptance.agreed / acceptance.compared : null;
  return (
    <Panel
      title={title}
      note={t(`model.kind.${model.kind}`, { version: model.version, count: model.trained_on })}
    >
      {rest ? <ModelRestNotice rest={rest} /> : null}
      <div className={classes.stats}>
        <Stat
          value={format.percent(accepted, 1)}
          label={t("model.acceptance")}
          note={t("model.compared", { count: acceptance.compared })}
        />
        <Stat
          value={format.percent(quality?.accuracy, 1)}
          label={t("model.accuracy")}
          note={
            quality
              ? t("model.majority", { share: format.percent(quality.majority_accuracy, 1) })
              : t("model.notMeasured")
          }
        />
        <Stat
          value={format.decimal(weight?.exponent)}
          label={t("model.weight")}
          note={weight ? t("model.weighed", { count: weight.items }) : t("model.notWeighed")}
        />
      </div>
    </Panel>
  );
}
