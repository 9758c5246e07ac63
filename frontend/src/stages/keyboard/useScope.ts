import { useLayoutEffect, useRef, useSyncExternalStore } from "react";
import type { Command, Floor } from "../../core/keymap/keymap";
import { useKeymap } from "./KeymapProvider";

interface ScopeOptions {
  floor: Floor;
  title: string;
  commands: Command[];
  isActive?: boolean;
  modal?: boolean;
}

/** Puts commands in force while the component is mounted and active. */
export function useScope({ floor, title, commands, isActive = true, modal }: ScopeOptions): void {
  const keymap = useKeymap();
  const latest = useRef(commands);
  useLayoutEffect(() => {
    latest.current = commands;
  });
  useLayoutEffect(() => {
    if (!keymap || !isActive) return;
    return keymap.add({
      floor,
      title,
      modal,
      // Read at each key, so that a new closure does not mean a new registration.
      get commands() {
        return latest.current;
      },
    });
  }, [keymap, floor, title, modal, isActive]);
}

const never = () => () => undefined;

/** False when the person switched single keys off: then every option is a tab stop. */
export function useSingleKeys(): boolean {
  const keymap = useKeymap();
  return useSyncExternalStore(
    keymap?.singleKeys.subscribe ?? never,
    keymap?.singleKeys.read ?? (() => false),
  );
}
