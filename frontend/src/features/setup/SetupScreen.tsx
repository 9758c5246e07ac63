import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { projectQuery } from "../../api/queries";
import type { Guideline, Project } from "../../api/types";
import { EmptyState } from "../../ui/EmptyState";
import { useFormat } from "../../ui/format";
import { Loaded } from "../../ui/Loaded";
import { Page } from "../../ui/Page";
import { useProjectId } from "../../ui/useProjectId";
import { AboutPanel } from "./AboutPanel";
import { SetupForm } from "./SetupForm";

function Versioned({ project, guideline }: { project: Project; guideline: Guideline }) {
  const { t } = useTranslation("setup");
  const format = useFormat();
  return (
    <Page
      title={t("title")}
      description={t("versionNote", {
        version: guideline.version,
        date: format.date(guideline.created_at),
      })}
    >
      <AboutPanel project={project} />
      <SetupForm key={guideline.version} project={project} guideline={guideline} />
    </Page>
  );
}

export function SetupScreen() {
  const { t } = useTranslation("setup");
  const projectId = useProjectId();
  return (
    <Loaded query={useQuery(projectQuery(projectId))}>
      {(project) =>
        project.guideline ? (
          <Versioned project={project} guideline={project.guideline} />
        ) : (
          <EmptyState title={t("noGuideline")} />
        )
      }
    </Loaded>
  );
}
