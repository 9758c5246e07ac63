/**
 * Key strokes as text: `ctrl+shift+KeyZ`, `1`, `Enter`. Letters are named by place (`KeyZ`), so
 * that a layout does not move them; digits and signs by what they type, since layouts differ most
 * in where those stand.
 */

export type Stroke = string;

const MODIFIERS = ["ctrl", "alt", "shift"] as const;
const NAMED: Record<string, string> = { " ": "Space", Esc: "Escape", Del: "Delete" };

/** What a Chinese input method makes of a sign, as the sign: ？ is ?, １ is 1, 【 is [. */
function narrowed(key: string): string {
  if (key === "【") return "[";
  if (key === "】") return "]";
  return /^[！-～]$/.test(key) ? String.fromCharCode(key.charCodeAt(0) - 0xfee0) : key;
}

function keyOf(event: KeyboardEvent): string {
  if (/^Key[A-Z]$/.test(event.code)) return event.code;
  const key = narrowed(event.key);
  // Alt and shift change what a digit types (and a numeric pad has its own codes).
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
  if (digit && (event.altKey || key === digit)) return digit;
  return NAMED[key] ?? key;
}

/** Shift is already in a sign such as `?`, so it is not named a second time. */
function showsShift(key: string): boolean {
  return key.length > 1 || /^\d$/.test(key);
}

export function strokeOf(event: KeyboardEvent): Stroke {
  const key = keyOf(event);
  const held = {
    ctrl: event.ctrlKey || event.metaKey,
    alt: event.altKey,
    shift: event.shiftKey && showsShift(key),
  };
  return [...MODIFIERS.filter((name) => held[name]), key].join("+");
}

/** `Ctrl+Shift+Z` for people; the parts are shown as one key cap each. */
export function strokeParts(stroke: Stroke): string[] {
  const names: Record<string, string> = {
    ctrl: "Ctrl",
    alt: "Alt",
    shift: "⇧",
    ArrowLeft: "←",
    ArrowRight: "→",
    ArrowUp: "↑",
    ArrowDown: "↓",
    Enter: "↵",
    Escape: "Esc",
    Delete: "⌦",
    Backspace: "⌫",
  };
  // A plus sign on its own is a key, not a separator.
  const parts = stroke === "+" ? ["+"] : stroke.split("+");
  return parts.map((part) => names[part] ?? part.replace(/^Key/, ""));
}

/** A key that types something by itself: the ones WCAG 2.1.4 wants to be able to switch off. */
export function isSingleKey(stroke: Stroke): boolean {
  const key = stroke.replace(/^shift\+/, "");
  return /^Key[A-Z]$/.test(key) || key === "Space" || [...key].length === 1;
}

const OPTION_KEYS = [..."1234567890", ..."QWERTYUIOP".split("").map((letter) => `Key${letter}`)];

/** The keys of a list of options, in order: 1-9, 0, then the row below. */
export function optionKey(index: number): Stroke | null {
  return OPTION_KEYS[index] ?? null;
}
