import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { POLL_WITHOUT_SOCKET_MS, useLive } from "../../api/live";
import { type Bucket, boardQuery } from "../../api/queries";
import type { Board } from "../../api/types";
import { Loaded } from "../../ui/Loaded";
import { Page } from "../../ui/Page";
import { useProjectId } from "../../ui/useProjectId";
import { Waiting } from "../../ui/Waiting";
import { AgreementPanel } from "./AgreementPanel";
import { BillPanel } from "./BillPanel";
import classes from "./BoardScreen.module.css";
import { EventsPanel } from "./EventsPanel";
import { HeldPanel } from "./HeldPanel";
import { LiveMark } from "./LiveMark";
import { ProgressPanel } from "./ProgressPanel";
import { StageControl } from "./StageControl";
import { ThroughputPanel } from "./ThroughputPanel";
import { TierPanels } from "./TierPanels";
import { WorkersPanel } from "./WorkersPanel";

interface Props {
  projectId: number;
  board: Board;
  bucket: Bucket;
  onBucket: (bucket: Bucket) => void;
  pollMs: number | false;
}

function Dashboard({ projectId, board, bucket, onBucket, pollMs }: Props) {
  return (
    <div className={classes.grid}>
      <ProgressPanel projectId={projectId} items={board.items} />
      <TierPanels projectId={projectId} board={board} />
      {board.bill ? (
        <div className={board.held.waiting > 0 ? classes.wide : classes.full}>
          <BillPanel bill={board.bill} />
        </div>
      ) : null}
      {board.held.waiting > 0 ? (
        <div className={board.bill ? classes.side : classes.full}>
          <HeldPanel projectId={projectId} held={board.held} />
        </div>
      ) : null}
      <div className={classes.wide}>
        <ThroughputPanel throughput={board.throughput} bucket={bucket} onBucket={onBucket} />
      </div>
      <div className={classes.side}>
        <AgreementPanel projectId={projectId} agreement={board.agreement} />
      </div>
      <div className={classes.wide}>
        <WorkersPanel workers={board.workers} />
      </div>
      <div className={classes.side}>
        <EventsPanel projectId={projectId} pollMs={pollMs} />
      </div>
    </div>
  );
}

export function BoardScreen() {
  const { t } = useTranslation("board");
  const projectId = useProjectId();
  const [bucket, setBucket] = useState<Bucket>("hour");
  const connected = useLive(projectId);
  const pollMs = connected ? false : POLL_WITHOUT_SOCKET_MS;
  const board = useQuery({ ...boardQuery(projectId, bucket), refetchInterval: pollMs });
  return (
    <Page
      title={t("title")}
      actions={
        <>
          <LiveMark connected={connected} updatedAt={board.data?.updated_at} />
          <StageControl projectId={projectId} />
        </>
      }
    >
      <Loaded query={board} waiting={<Waiting rows={4} height={140} />}>
        {(data) => (
          <Dashboard
            projectId={projectId}
            board={data}
            bucket={bucket}
            onBucket={setBucket}
            pollMs={pollMs}
          />
        )}
      </Loaded>
    </Page>
  );
}
