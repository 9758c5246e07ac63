import { useEffect, useState } from "react";

export type PictureState =
  | { kind: "loading" }
  | { kind: "failed" }
  | { kind: "ready"; image: HTMLImageElement };

/** Loads and decodes a picture before it is drawn; `attempt` counts the tries. */
export function usePicture(url: string, attempt: number): PictureState {
  const [state, setState] = useState<PictureState & { url?: string }>({ kind: "loading" });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` only says "once more"
  useEffect(() => {
    let isCurrent = true;
    const image = new Image();
    image.decoding = "async";
    image.src = url;
    setState({ kind: "loading" });
    image
      .decode()
      .then(() => isCurrent && setState({ kind: "ready", image, url }))
      .catch(() => isCurrent && setState({ kind: "failed", url }));
    return () => {
      isCurrent = false;
    };
  }, [url, attempt]);
  // Between two pictures the old one must not be shown under the new one's boxes.
  return state.url === url || state.kind === "loading" ? state : { kind: "loading" };
}
