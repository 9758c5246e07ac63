/** What keys do to boxes. Pure; picture pixels. */

import {
  cropRect,
  moveRect,
  type Rect,
  resizeRect,
  roundRect,
  type Size,
} from "../../core/geometry";
import type { Box, BoxesQuestion, ImageValue } from "../../core/schema";

/** Screen pixels that an arrow key moves by, unless it is asked to be fine. */
const STEP = 6;
/** A new box from the keyboard takes this share of what is on the screen. */
const SHARE = 0.25;

const DEFAULT_MIN_SIDE = 1;

export function leastSide(question: BoxesQuestion): number {
  return question.min_side ?? DEFAULT_MIN_SIDE;
}

const ARROWS: Record<string, { x: number; y: number }> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

export interface Nudge {
  x: number;
  y: number;
  resizes: boolean;
}

/** Alt is one picture pixel; otherwise a step that looks the same at every zoom. */
export function nudgeOf(
  event: { key: string; altKey: boolean; shiftKey: boolean },
  pixel: number,
): Nudge | null {
  const arrow = ARROWS[event.key];
  if (!arrow) return null;
  const step = event.altKey ? 1 : Math.max(1, Math.round(STEP * pixel));
  return { x: arrow.x * step, y: arrow.y * step, resizes: event.shiftKey };
}

export function nudgeBox(box: Box, nudge: Nudge, picture: Size, least: number): Box {
  if (!nudge.resizes) return roundRect(moveRect(box, nudge.x, nudge.y, picture));
  return roundRect(resizeRect(box, "se", nudge, { picture, least }));
}

/** A box in the middle of what is looked at, as large as the picture's rules allow. */
export function boxInView(visible: Rect, picture: Size, least: number): Rect {
  const width = Math.max(least, visible.width * SHARE);
  const height = Math.max(least, visible.height * SHARE);
  const centred = {
    x: visible.x + (visible.width - width) / 2,
    y: visible.y + (visible.height - height) / 2,
    width,
    height,
  };
  return roundRect(cropRect(centred, picture));
}

export function replaceBox(boxes: readonly Box[], index: number, change: Partial<Box>): Box[] {
  return boxes.map((box, at) => (at === index ? { ...box, ...change } : box));
}

export function isImage(value: unknown): value is ImageValue {
  return typeof value === "object" && value !== null && "url" in value;
}
