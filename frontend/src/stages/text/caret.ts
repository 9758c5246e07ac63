/** The caret of a text: where it stands, and how keys move it. UTF-16 units. */

import { nextWordStart, type Stretch, stepCharacter, stepWord } from "../../core/offsets";

export interface Caret {
  /** Where a selection began; the same as `focus` when nothing is selected. */
  anchor: number;
  focus: number;
}

export type CaretMove =
  | "characterLeft"
  | "characterRight"
  | "wordLeft"
  | "wordRight"
  | "lineStart"
  | "lineEnd";

export function stretchOf(caret: Caret): Stretch {
  return {
    start: Math.min(caret.anchor, caret.focus),
    end: Math.max(caret.anchor, caret.focus),
  };
}

export function isCollapsed(caret: Caret): boolean {
  return caret.anchor === caret.focus;
}

function lineEnd(text: string, unit: number): number {
  const newline = text.indexOf("\n", unit);
  return newline === -1 ? text.length : newline;
}

function target(text: string, from: number, move: CaretMove): number {
  switch (move) {
    case "characterLeft":
      return stepCharacter(text, from, -1);
    case "characterRight":
      return stepCharacter(text, from, 1);
    case "wordLeft":
      return stepWord(text, from, -1);
    case "wordRight":
      return stepWord(text, from, 1);
    case "lineStart":
      return text.lastIndexOf("\n", from - 1) + 1;
    case "lineEnd":
      return lineEnd(text, from);
  }
}

export function moveCaret(text: string, caret: Caret, move: CaretMove, extend: boolean): Caret {
  if (extend) return { anchor: caret.anchor, focus: target(text, caret.focus, move) };
  // As in every editor: an arrow without shift first collapses the selection to its edge.
  if (!isCollapsed(caret) && move === "characterLeft") return at(stretchOf(caret).start);
  if (!isCollapsed(caret) && move === "characterRight") return at(stretchOf(caret).end);
  if (move === "wordRight") return at(nextWordStart(text, caret.focus));
  return at(target(text, caret.focus, move));
}

export function at(unit: number): Caret {
  return { anchor: unit, focus: unit };
}
