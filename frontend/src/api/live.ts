import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { projectKey } from "./queries";
import type { LiveTopic } from "./types";

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
const REFETCH_GAP_MS = 1_000;
/** The server closes with these when we may not listen; asking again would not help. */
const REFUSED = new Set([4401, 4403, 4404]);

interface LiveOptions {
  project: number;
  onTopics: (topics: ReadonlySet<LiveTopic>) => void;
  onConnected: (connected: boolean) => void;
}

function topicsOf(message: string): LiveTopic[] {
  try {
    const { topics } = JSON.parse(message);
    return Array.isArray(topics) ? topics : [];
  } catch {
    return [];
  }
}

/** Pokes come in bursts; gathers them so that a screen asks at most once a second. */
function gather(tell: (topics: ReadonlySet<LiveTopic>) => void) {
  let waiting = new Set<LiveTopic>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = 0;
  const flush = () => {
    timer = undefined;
    last = Date.now();
    const topics = waiting;
    waiting = new Set();
    tell(topics);
  };
  return {
    add(topics: LiveTopic[]) {
      for (const topic of topics) waiting.add(topic);
      if (waiting.size === 0 || timer !== undefined) return;
      timer = setTimeout(flush, Math.max(0, last + REFETCH_GAP_MS - Date.now()));
    },
    stop: () => clearTimeout(timer),
  };
}

/** Listens to a project's pokes and comes back by itself; returns the way to stop. */
export function listen({ project, onTopics, onConnected }: LiveOptions): () => void {
  const pokes = gather(onTopics);
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wait = FIRST_RETRY_MS;
  let stopped = false;

  function open() {
    const scheme = window.location.protocol === "https:" ? "wss" : "ws";
    socket = new WebSocket(`${scheme}://${window.location.host}/ws/projects/${project}/`);
    socket.onopen = () => {
      wait = FIRST_RETRY_MS;
      onConnected(true);
    };
    socket.onmessage = (event) => pokes.add(topicsOf(`${event.data}`));
    socket.onclose = ({ code }) => {
      if (stopped) return;
      onConnected(false);
      if (REFUSED.has(code)) return;
      // Jitter, so that a restarted server is not met by everyone at once.
      timer = setTimeout(open, wait * (0.5 + Math.random() / 2));
      wait = Math.min(wait * 2, LONGEST_RETRY_MS);
    };
  }

  open();
  return () => {
    stopped = true;
    clearTimeout(timer);
    pokes.stop();
    socket?.close();
  };
}

const KEY_OF_TOPIC: Record<LiveTopic, readonly string[]> = {
  board: ["board", "model", "autoAccept", "nearDuplicates"],
  jobs: ["jobs", "model", "releases", "autoAccept", "nearDuplicates"],
  disputes: ["disputes"],
  items: ["items"],
  production: ["production"],
};

/** Keeps a project's cached queries fresh; says whether the socket is up. */
export function useLive(project: number): boolean {
  const queryClient = useQueryClient();
  const [connected, setConnected] = useState(false);
  useEffect(
    () =>
      listen({
        project,
        onConnected: setConnected,
        onTopics: (topics) => {
          const stale = new Set([...topics].flatMap((topic) => KEY_OF_TOPIC[topic] ?? []));
          for (const key of stale) {
            queryClient.invalidateQueries({ queryKey: [...projectKey(project), key] });
          }
        },
      }),
    [project, queryClient],
  );
  return connected;
}

/** How often to ask when nobody pokes us. */
export const POLL_WITHOUT_SOCKET_MS = 10_000;
