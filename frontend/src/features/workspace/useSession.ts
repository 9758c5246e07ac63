import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, useSyncExternalStore } from "react";
import { loadAnswerCheck } from "../../api/answerCheck";
import type { Assignment } from "../../api/types";
import { acrossTabs, Outbox } from "../../core/outbox/outbox";
import { memoryOutboxStore, type OutboxStore, openOutboxStore } from "../../core/outbox/store";
import { sendEntry, workspaceServer } from "./session/server";
import { Session } from "./session/session";

interface Work {
  session: Session;
  outbox: Outbox;
}

/** Pictures are fetched and decoded before their item's turn comes. */
function prefetchPictures(assignment: Assignment): void {
  for (const value of Object.values(assignment.item.data)) {
    if (typeof value === "string") continue;
    const image = new Image();
    image.src = value.url;
    // Only a head start: the stage loads the picture itself and says what went wrong.
    image.decode?.().catch(() => undefined);
  }
}

function openStore(): OutboxStore {
  return typeof indexedDB === "undefined" ? memoryOutboxStore() : openOutboxStore();
}

function makeWork(project: number, user: number, queryClient: QueryClient): Work {
  const store = openStore();
  const outbox: Outbox = new Outbox({
    store,
    user,
    send: sendEntry,
    exclusively: acrossTabs,
    onSent: (entry, reply) => session.handleSent(entry, reply),
    onRefused: (entry) => session.handleRefused(entry),
  });
  const session: Session = new Session({
    project,
    server: workspaceServer(project),
    outbox,
    store,
    prefetch: prefetchPictures,
    answerCheck: (version) => loadAnswerCheck(queryClient, project, version),
    newId: () => crypto.randomUUID(),
  });
  return { session, outbox };
}

/** Prolongs the leases four times in their life, while somebody looks at the page. */
function useHeartbeat(session: Session): void {
  const lease = useSyncExternalStore(
    session.state.subscribe,
    () => session.state.read().work?.lease_seconds ?? null,
  );
  useEffect(() => {
    if (lease === null) return;
    const beat = () => {
      const isLookedAt = document.visibilityState === "visible";
      void (isLookedAt ? session.keepLeases() : session.saveDrafts());
    };
    const timer = setInterval(beat, (lease * 1000) / 4);
    document.addEventListener("visibilitychange", beat);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", beat);
    };
  }, [session, lease]);
}

const LOOK_AGAIN_MS = 30_000;

/** While nothing is left to do, looks for new items from time to time. */
function useLookingAgain(session: Session): void {
  const isIdle = useSyncExternalStore(session.state.subscribe, () =>
    ["empty", "failed"].includes(session.state.read().phase),
  );
  useEffect(() => {
    if (!isIdle) return;
    const timer = setInterval(() => void session.refill(), LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [session, isIdle]);
}

export function useSession(project: number, user: number): Work {
  const queryClient = useQueryClient();
  const [work] = useState(() => makeWork(project, user, queryClient));
  const { session, outbox } = work;
  useEffect(() => {
    void session.start();
    outbox.start();
    const handleOnline = () => {
      void outbox.wake();
      void session.refill();
    };
    window.addEventListener("online", handleOnline);
    return () => {
      window.removeEventListener("online", handleOnline);
      // Whoever signs in next must not send these answers under another name.
      outbox.stop();
    };
  }, [session, outbox]);
  useHeartbeat(session);
  useLookingAgain(session);
  return work;
}
