/** Boxes in picture pixels, and the view that shows the picture on the screen. */

export interface Point {
  x: number;
  y: number;
}
export interface Size {
  width: number;
  height: number;
}
export interface Rect extends Point, Size {}

/** screen = picture * scale + (x, y), in CSS pixels. */
export interface View extends Point {
  scale: number;
}

export type Handle = "nw" | "n" | "ne" | "e" | "se" | "s" | "sw" | "w";
export const HANDLES: readonly Handle[] = ["nw", "n", "ne", "e", "se", "s", "sw", "w"];

const MAX_SCALE = 40;
const OVERVIEW = 0.5;

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), Math.max(low, high));
}

/** Tenths of a pixel are finer than any screen shows, and keep the wire short. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}

export function roundRect<R extends Rect>(rect: R): R {
  const x = round(rect.x);
  const y = round(rect.y);
  // Edges are rounded, not sides: a box that ended at the picture's edge still does.
  const width = round(round(rect.x + rect.width) - x);
  const height = round(round(rect.y + rect.height) - y);
  return { ...rect, x, y, width, height };
}

export function rectFromCorners(a: Point, b: Point): Rect {
  return {
    x: Math.min(a.x, b.x),
    y: Math.min(a.y, b.y),
    width: Math.abs(a.x - b.x),
    height: Math.abs(a.y - b.y),
  };
}

/** Cuts off what lies outside the picture. */
export function cropRect<R extends Rect>(rect: R, picture: Size): R {
  const x = clamp(rect.x, 0, picture.width);
  const y = clamp(rect.y, 0, picture.height);
  return {
    ...rect,
    x,
    y,
    width: clamp(rect.x + rect.width, 0, picture.width) - x,
    height: clamp(rect.y + rect.height, 0, picture.height) - y,
  };
}

/** Moves a box, stopping at the picture's edge without changing its size. */
export function moveRect<R extends Rect>(rect: R, dx: number, dy: number, picture: Size): R {
  return {
    ...rect,
    x: clamp(rect.x + dx, 0, picture.width - rect.width),
    y: clamp(rect.y + dy, 0, picture.height - rect.height),
  };
}

/** Drags one edge of an interval; the other stays, and the least length is kept. */
function resizeSide(
  start: number,
  length: number,
  side: "start" | "end" | null,
  change: number,
  limit: { least: number; most: number },
): { start: number; length: number } {
  if (side === null) return { start, length };
  const end = start + length;
  if (side === "start") {
    const moved = clamp(start + change, 0, end - limit.least);
    return { start: moved, length: end - moved };
  }
  return { start, length: clamp(end + change, start + limit.least, limit.most) - start };
}

function sideOf(handle: Handle, start: string, end: string): "start" | "end" | null {
  if (handle.includes(start)) return "start";
  return handle.includes(end) ? "end" : null;
}

export function resizeRect<R extends Rect>(
  rect: R,
  handle: Handle,
  change: Point,
  bounds: { picture: Size; least: number },
): R {
  const { picture, least } = bounds;
  const across = resizeSide(rect.x, rect.width, sideOf(handle, "w", "e"), change.x, {
    least,
    most: picture.width,
  });
  const down = resizeSide(rect.y, rect.height, sideOf(handle, "n", "s"), change.y, {
    least,
    most: picture.height,
  });
  return { ...rect, x: across.start, width: across.length, y: down.start, height: down.length };
}

export function handlePoint(rect: Rect, handle: Handle): Point {
  const share = { start: 0, end: 1 } as const;
  const across = sideOf(handle, "w", "e");
  const down = sideOf(handle, "n", "s");
  return {
    x: rect.x + rect.width * (across ? share[across] : 0.5),
    y: rect.y + rect.height * (down ? share[down] : 0.5),
  };
}

/** The handle within `reach` picture pixels of the point; corners win over edges. */
export function handleAt(rect: Rect, point: Point, reach: number): Handle | null {
  const byCorner = [...HANDLES].sort((a, b) => b.length - a.length);
  return (
    byCorner.find((handle) => {
      const place = handlePoint(rect, handle);
      return Math.abs(place.x - point.x) <= reach && Math.abs(place.y - point.y) <= reach;
    }) ?? null
  );
}

export function contains(rect: Rect, point: Point): boolean {
  return (
    point.x >= rect.x &&
    point.y >= rect.y &&
    point.x <= rect.x + rect.width &&
    point.y <= rect.y + rect.height
  );
}

/** The smallest box under the point: a small one on a large one must stay reachable. */
export function rectAt(rects: readonly Rect[], point: Point): number | null {
  let best: number | null = null;
  let bestArea = Number.POSITIVE_INFINITY;
  rects.forEach((rect, index) => {
    const area = rect.width * rect.height;
    if (area <= bestArea && contains(rect, point)) {
      best = index;
      bestArea = area;
    }
  });
  return best;
}

/** Intersection over union: 1 the same, 0 nothing shared. */
export function iou(a: Rect, b: Rect): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (a.width * a.height + b.width * b.height - shared);
}

export function toPicture(view: View, point: Point): Point {
  return { x: (point.x - view.x) / view.scale, y: (point.y - view.y) / view.scale };
}

export function toScreen(view: View, rect: Rect): Rect {
  return {
    x: rect.x * view.scale + view.x,
    y: rect.y * view.scale + view.y,
    width: rect.width * view.scale,
    height: rect.height * view.scale,
  };
}

export function fitView(picture: Size, viewport: Size, margin: number): View {
  const scale = Math.max(
    0.001,
    Math.min(
      (viewport.width - 2 * margin) / picture.width,
      (viewport.height - 2 * margin) / picture.height,
    ),
  );
  return {
    scale,
    x: (viewport.width - picture.width * scale) / 2,
    y: (viewport.height - picture.height * scale) / 2,
  };
}

/** Keeps at least half of the viewport, or of a small picture, covered by the picture. */
export function keepInView(view: View, picture: Size, viewport: Size): View {
  const hold = (place: number, shown: number, room: number) => {
    const least = Math.min(shown, room) / 2;
    return clamp(place, least - shown, room - least);
  };
  return {
    scale: view.scale,
    x: hold(view.x, picture.width * view.scale, viewport.width),
    y: hold(view.y, picture.height * view.scale, viewport.height),
  };
}

/** Zooms so that the picture under `anchor` stays where it is. */
export function zoomView(view: View, factor: number, anchor: Point, fit: View): View {
  const scale = clamp(view.scale * factor, fit.scale * OVERVIEW, Math.max(MAX_SCALE, fit.scale));
  const grown = scale / view.scale;
  return {
    scale,
    x: anchor.x - (anchor.x - view.x) * grown,
    y: anchor.y - (anchor.y - view.y) * grown,
  };
}
