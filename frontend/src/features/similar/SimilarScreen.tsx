import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { POLL_WITHOUT_SOCKET_MS, useLive } from "../../api/live";
import { nearDuplicatesQuery } from "../../api/queries";
import type { NearDuplicates } from "../../api/types";
import { Loaded } from "../../ui/Loaded";
import { Page } from "../../ui/Page";
import { useProjectId } from "../../ui/useProjectId";
import { FoundPanel } from "./FoundPanel";
import { OwnPanel } from "./OwnPanel";
import { PairsPanel } from "./PairsPanel";
import { RulesPanel } from "./RulesPanel";

const JOB_POLL_MS = 1_500;

function isSearching({ job }: NearDuplicates): boolean {
  return job?.state === "queued" || job?.state === "running";
}

function Shown({ projectId, data }: { projectId: number; data: NearDuplicates }) {
  const { rules } = data;
  return (
    <>
      <RulesPanel
        key={`${rules.least_likeness} ${rules.least_shared} ${rules.audit_share}`}
        projectId={projectId}
        data={data}
        isBusy={isSearching(data)}
      />
      {data.job ? (
        <FoundPanel projectId={projectId} data={data} isBusy={isSearching(data)} />
      ) : null}
      {data.pairs.length > 0 ? <PairsPanel projectId={projectId} pairs={data.pairs} /> : null}
      <OwnPanel projectId={projectId} isShown={rules.shows_own} />
    </>
  );
}

export function SimilarScreen() {
  const { t } = useTranslation("similar");
  const projectId = useProjectId();
  const connected = useLive(projectId);
  const found = useQuery({
    ...nearDuplicatesQuery(projectId),
    refetchInterval: ({ state }) => {
      if (state.data && isSearching(state.data)) return JOB_POLL_MS;
      return connected ? false : POLL_WITHOUT_SOCKET_MS;
    },
  });
  return (
    <Page title={t("title")} description={t("note")}>
      <Loaded query={found}>{(data) => <Shown projectId={projectId} data={data} />}</Loaded>
    </Page>
  );
}
