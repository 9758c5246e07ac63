import { optionKey } from "../../core/keymap/strokes";
import type { Hint } from "../types";

/** "1–5": the first and the last key of a list of options. */
export function optionHint(words: string, count: number): Hint {
  const last = Math.min(count, 20) - 1;
  const keys = [optionKey(0), last > 0 ? optionKey(last) : null].filter((key) => key !== null);
  return { words, keys: [keys.join("–")] };
}

export const ZOOM: Hint = { words: "zoom", keys: ["+", "-", "0"] };

export const NEXT_QUESTION: Hint = { words: "nextQuestion", keys: ["Tab"] };

/** On a stage Tab goes from mark to mark, and a question is reached by its number. */
export function questionHint(number: number): Hint {
  return { words: "toQuestion", keys: [`alt+${number}`] };
}
