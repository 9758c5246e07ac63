import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { Keymap } from "../../core/keymap/keymap";
import { readSingleKeys, writeSingleKeys } from "../../core/keymap/setting";

const KeymapContext = createContext<Keymap | null>(null);

/** One keymap, one listener, for everything drawn inside. */
export function KeymapProvider({ children }: { children: ReactNode }) {
  const [keymap] = useState(() => new Keymap(readSingleKeys(localStorage)));
  useEffect(() => keymap.listen(window), [keymap]);
  useEffect(
    () =>
      keymap.singleKeys.subscribe(() => writeSingleKeys(localStorage, keymap.singleKeys.read())),
    [keymap],
  );
  return <KeymapContext value={keymap}>{children}</KeymapContext>;
}

/** Null where no keys are listened to: a preview, or a test of one part. */
export function useKeymap(): Keymap | null {
  return useContext(KeymapContext);
}
