import { IconArrowLeft } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useLive } from "../../api/live";
import { itemQuery, projectQuery } from "../../api/queries";
import type { ItemDetail, LabelSchema } from "../../api/types";
import { SchemaInputs } from "../../labelTypes/shared/inputs";
import { Loaded } from "../../ui/Loaded";
import { Page } from "../../ui/Page";
import { Panel } from "../../ui/Panel";
import { ItemStageTag } from "../../ui/StageTag";
import { Drawn } from "./Drawn";
import { FinalPanel } from "./FinalPanel";
import { ItemData } from "./ItemData";
import classes from "./items.module.css";
import { JudgmentTable } from "./JudgmentTable";
import { SimilarPanel } from "./SimilarPanel";
import { SkipsPanel } from "./SkipsPanel";
import { Trail } from "./Trail";
import { WhyPanel } from "./why/WhyPanel";

interface Props {
  projectId: number;
  item: ItemDetail;
  schema: LabelSchema;
}

function Detail({ projectId, item, schema }: Props) {
  const { t } = useTranslation("items");
  return (
    <Page
      title={item.external_id || `#${item.id}`}
      actions={
        <>
          <ItemStageTag stage={item.stage} />
          <Link to="/projects/$projectId/items" params={{ projectId }} className={classes.link}>
            <IconArrowLeft size={14} aria-hidden /> {t("back")}
          </Link>
        </>
      }
    >
      <div className={classes.columns}>
        <div className={classes.column}>
          <Panel title={t("data.title")}>
            <ItemData projectId={projectId} item={item} schema={schema} />
          </Panel>
          <Drawn item={item} schema={schema} />
          <Panel title={t("judgments.title")} note={t("judgments.note")} flush>
            <JudgmentTable item={item} schema={schema} />
          </Panel>
          <SkipsPanel item={item} />
          <WhyPanel projectId={projectId} itemId={item.id} schema={schema} />
        </div>
        <div className={classes.column}>
          <FinalPanel item={item} schema={schema} />
          <SimilarPanel projectId={projectId} itemId={item.id} schema={schema} />
          <Panel title={t("trail.title")}>
            <Trail events={item.events} />
          </Panel>
        </div>
      </div>
    </Page>
  );
}

export function ItemScreen() {
  const { projectId, itemId } = useParams({
    from: "/signed-in/framed/projects/$projectId/items/$itemId",
  });
  useLive(projectId);
  const item = useQuery(itemQuery(projectId, itemId));
  const project = useQuery(projectQuery(projectId));
  return (
    <Loaded query={item}>
      {(data) => (
        <Loaded query={project}>
          {({ guideline }) =>
            guideline ? (
              <SchemaInputs value={guideline.schema.inputs}>
                <Detail projectId={projectId} item={data} schema={guideline.schema} />
              </SchemaInputs>
            ) : null
          }
        </Loaded>
      )}
    </Loaded>
  );
}
