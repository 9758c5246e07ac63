import type { TFunction } from "i18next";
import type { Command } from "../../core/keymap/keymap";
import type { CaretMove } from "../../stages/text/caret";

export interface SpansActions {
  move: (move: CaretMove, extend: boolean) => unknown;
  moveLine: (direction: 1 | -1, extend: boolean) => unknown;
  step: (direction: 1 | -1) => unknown;
  remove: () => unknown;
  leave: () => unknown;
}

const MOVES: [key: string, move: CaretMove, title: string][] = [
  ["ArrowLeft", "characterLeft", "spans.characterLeft"],
  ["ArrowRight", "characterRight", "spans.characterRight"],
  ["ctrl+ArrowLeft", "wordLeft", "spans.wordLeft"],
  ["ctrl+ArrowRight", "wordRight", "spans.wordRight"],
  ["alt+ArrowLeft", "wordLeft", "spans.wordLeft"],
  ["alt+ArrowRight", "wordRight", "spans.wordRight"],
  ["Home", "lineStart", "spans.lineStart"],
  ["End", "lineEnd", "spans.lineEnd"],
];

/** `ctrl+ArrowLeft` and shift are written in the order the keymap reads them. */
function withShift(key: string): string {
  return key.replace(/(\w+)$/, "shift+$1");
}

export function spansCommands(t: TFunction<"labelTypes">, actions: SpansActions): Command[] {
  const moves = MOVES.flatMap(([key, move, title]): Command[] => [
    { id: `${title}.${key}`, title: t(title), keys: [key], run: () => actions.move(move, false) },
    {
      id: `${title}.${key}.extend`,
      title: t("spans.extending", { move: t(title) }),
      keys: [withShift(key)],
      run: () => actions.move(move, true),
    },
  ]);
  const lines = ([-1, 1] as const).map(
    (direction): Command => ({
      id: `spans.line.${direction}`,
      title: t(direction === 1 ? "spans.lineDown" : "spans.lineUp"),
      keys: direction === 1 ? ["ArrowDown", "shift+ArrowDown"] : ["ArrowUp", "shift+ArrowUp"],
      run: (event) => actions.moveLine(direction, event.shiftKey),
    }),
  );
  return [
    ...moves,
    ...lines,
    { id: "spans.next", title: t("spans.next"), keys: ["Tab"], run: () => actions.step(1) },
    {
      id: "spans.previous",
      title: t("spans.previous"),
      keys: ["shift+Tab"],
      run: () => actions.step(-1),
    },
    {
      id: "spans.remove",
      title: t("spans.remove"),
      keys: ["Backspace", "Delete", "KeyX"],
      run: actions.remove,
    },
    { id: "spans.leave", title: t("spans.leave"), keys: ["Escape"], run: actions.leave },
  ];
}
