import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useLive } from "../../api/live";
import { projectQuery } from "../../api/queries";
import type { LabelSchema } from "../../api/types";
import { EmptyState } from "../../ui/EmptyState";
import { Loaded } from "../../ui/Loaded";
import { Page } from "../../ui/Page";
import { useProjectId } from "../../ui/useProjectId";
import { ExamplesPanel } from "./ExamplesPanel";
import { FilePanel } from "./FilePanel";
import { ImportHistory } from "./ImportHistory";
import classes from "./intake.module.css";
import { PicturesPanel } from "./PicturesPanel";

function Content({ projectId, schema }: { projectId: number; schema: LabelSchema }) {
  const hasPictures = schema.inputs.some(({ type }) => type === "image");
  return (
    <div className={classes.columns}>
      <div className={classes.column}>
        {hasPictures ? <PicturesPanel projectId={projectId} schema={schema} /> : null}
        <FilePanel projectId={projectId} />
        <ImportHistory projectId={projectId} />
      </div>
      <ExamplesPanel schema={schema} />
    </div>
  );
}

export function ImportScreen() {
  const { t } = useTranslation("intake");
  const projectId = useProjectId();
  useLive(projectId);
  return (
    <Page title={t("title")} description={t("note")}>
      <Loaded query={useQuery(projectQuery(projectId))}>
        {({ guideline }) =>
          guideline ? (
            <Content projectId={projectId} schema={guideline.schema} />
          ) : (
            <EmptyState title={t("noGuideline")} />
          )
        }
      </Loaded>
    </Page>
  );
}
