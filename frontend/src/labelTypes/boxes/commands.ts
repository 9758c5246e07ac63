import type { TFunction } from "i18next";
import type { Command } from "../../core/keymap/keymap";
import { zoomCommands } from "../../stages/raster/useZoomKeys";

export interface BoxesActions {
  create: () => unknown;
  nudge: (event: KeyboardEvent) => unknown;
  step: (direction: 1 | -1) => unknown;
  remove: () => unknown;
  leave: () => unknown;
  zoom: (factor: number) => unknown;
  fit: () => unknown;
}

const ARROWS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];

function arrows(prefix: string): string[] {
  return ARROWS.map((arrow) => `${prefix}${arrow}`);
}

export function boxesCommands(
  t: TFunction<"labelTypes">,
  actions: BoxesActions,
  isZeroTaken: boolean,
): Command[] {
  return [
    { id: "boxes.create", title: t("boxes.create"), keys: ["KeyB"], run: actions.create },
    { id: "boxes.next", title: t("boxes.next"), keys: ["Tab"], run: () => actions.step(1) },
    {
      id: "boxes.previous",
      title: t("boxes.previous"),
      keys: ["shift+Tab"],
      run: () => actions.step(-1),
    },
    { id: "boxes.move", title: t("boxes.move"), keys: arrows(""), run: actions.nudge },
    { id: "boxes.resize", title: t("boxes.resize"), keys: arrows("shift+"), run: actions.nudge },
    { id: "boxes.moveFine", title: t("boxes.moveFine"), keys: arrows("alt+"), run: actions.nudge },
    {
      id: "boxes.resizeFine",
      title: t("boxes.resizeFine"),
      keys: arrows("alt+shift+"),
      run: actions.nudge,
    },
    {
      id: "boxes.remove",
      title: t("boxes.remove"),
      keys: ["Delete", "Backspace", "KeyX"],
      run: actions.remove,
    },
    // The tenth category has the zero; then the whole picture is one key combination away.
    ...zoomCommands(t, actions, isZeroTaken ? "shift+0" : "0"),
    { id: "boxes.leave", title: t("boxes.leave"), keys: ["Escape"], run: actions.leave },
  ];
}
