import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { POLL_WITHOUT_SOCKET_MS, useLive } from "../../api/live";
import { releasesQuery } from "../../api/queries";
import type { Release } from "../../api/types";
import { EmptyState } from "../../ui/EmptyState";
import { Loaded } from "../../ui/Loaded";
import { Page } from "../../ui/Page";
import { Panel } from "../../ui/Panel";
import { useProjectId } from "../../ui/useProjectId";
import { ExportPanel } from "./ExportPanel";
import { NewRelease } from "./NewRelease";
import { ReleasePanel } from "./ReleasePanel";
import classes from "./release.module.css";

const BUILD_POLL_MS = 1_500;

function Releases({ projectId, releases }: { projectId: number; releases: readonly Release[] }) {
  const { t } = useTranslation("release");
  if (releases.length === 0) {
    return (
      <Panel>
        <EmptyState title={t("none")}>{t("noneText")}</EmptyState>
      </Panel>
    );
  }
  return releases.map((release) => (
    <ReleasePanel key={release.number} projectId={projectId} release={release} />
  ));
}

export function ReleasesScreen() {
  const { t } = useTranslation("release");
  const projectId = useProjectId();
  const connected = useLive(projectId);
  const releases = useQuery({
    ...releasesQuery(projectId),
    refetchInterval: ({ state }) => {
      const building = state.data?.results.some((release) => release.state === "building");
      if (building) return BUILD_POLL_MS;
      return connected ? false : POLL_WITHOUT_SOCKET_MS;
    },
  });
  return (
    <Page title={t("title")} description={t("note")}>
      <div className={classes.columns}>
        <div className={classes.column}>
          <Loaded query={releases}>
            {({ results }) => <Releases projectId={projectId} releases={results} />}
          </Loaded>
        </div>
        <div className={classes.column}>
          <NewRelease projectId={projectId} />
          <ExportPanel projectId={projectId} />
        </div>
      </div>
    </Page>
  );
}
