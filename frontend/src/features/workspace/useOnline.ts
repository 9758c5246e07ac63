import { useSyncExternalStore } from "react";

function subscribe(reader: () => void): () => void {
  window.addEventListener("online", reader);
  window.addEventListener("offline", reader);
  return () => {
    window.removeEventListener("online", reader);
    window.removeEventListener("offline", reader);
  };
}

/** What the browser knows of the network; a server that is down shows in the outbox. */
export function useOnline(): boolean {
  return useSyncExternalStore(subscribe, () => navigator.onLine);
}
