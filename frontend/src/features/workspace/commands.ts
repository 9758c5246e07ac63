import type { TFunction } from "i18next";
import type { Command } from "../../core/keymap/keymap";

export interface WorkspaceActions {
  submit: () => unknown;
  adopt: () => unknown;
  skip: () => unknown;
  undo: () => unknown;
  redo: () => unknown;
  lookBack: () => unknown;
  lookAhead: () => unknown;
  unsure: () => unknown;
  note: () => unknown;
  guideline: () => unknown;
  focusMode: () => unknown;
  keys: () => unknown;
  step: (direction: 1 | -1, event: KeyboardEvent) => unknown;
  goTo: (number: number) => unknown;
  leave: () => unknown;
}

type Row = [id: keyof WorkspaceActions, keys: string[], options?: Partial<Command>];

const ROWS: Row[] = [
  ["submit", ["Enter", "ctrl+Enter"]],
  ["adopt", ["Space"], { onRelease: true }],
  ["skip", ["KeyS"]],
  ["undo", ["KeyZ", "ctrl+KeyZ"]],
  ["redo", ["shift+KeyZ", "ctrl+shift+KeyZ"]],
  ["lookBack", ["["]],
  ["lookAhead", ["]"]],
  ["unsure", ["KeyU"]],
  ["note", ["KeyN"]],
  ["guideline", ["KeyG"]],
  ["focusMode", ["KeyF"]],
  ["keys", ["?"]],
  ["leave", ["Escape"]],
];

const NUMBERS = [1, 2, 3, 4, 5, 6, 7, 8, 9];

export function workspaceCommands(
  t: TFunction<"workspace">,
  actions: WorkspaceActions,
): Command[] {
  const simple = ROWS.map(
    ([id, keys, options]): Command => ({
      id,
      title: t(`keys.${id}`),
      keys,
      run: () => (actions[id] as () => unknown)(),
      ...options,
    }),
  );
  const step = (direction: 1 | -1) => (event: KeyboardEvent) => actions.step(direction, event);
  return [
    ...simple,
    { id: "tab", title: t("keys.next"), keys: ["Tab"], run: step(1), inTextField: true },
    { id: "next", title: t("keys.next"), keys: ["ArrowDown"], run: step(1) },
    {
      id: "shiftTab",
      title: t("keys.previous"),
      keys: ["shift+Tab"],
      run: step(-1),
      inTextField: true,
    },
    { id: "previous", title: t("keys.previous"), keys: ["ArrowUp"], run: step(-1) },
    {
      id: "goTo",
      title: t("keys.goTo"),
      keys: NUMBERS.map((number) => `alt+${number}`),
      run: (event) => actions.goTo(Number(event.code.slice(-1))),
    },
  ];
}
