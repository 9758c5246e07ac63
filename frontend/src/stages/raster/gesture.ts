/** What the pointer is doing on a picture: a small state chart, without React. */

import {
  contains,
  cropRect,
  type Handle,
  handleAt,
  moveRect,
  type Point,
  type Rect,
  rectAt,
  rectFromCorners,
  resizeRect,
  roundRect,
  type Size,
} from "../../core/geometry";

/** Points are picture pixels. */
export type Gesture =
  | { kind: "idle" }
  | { kind: "panning"; from: Point }
  | { kind: "pressed"; at: Point; on: number | null }
  /** `isClicked`: the first corner was set by a click; the next click sets the second. */
  | { kind: "drawing"; at: Point; to: Point; isClicked: boolean }
  | { kind: "moving"; at: Point; box: Rect; result: Rect }
  | { kind: "resizing"; at: Point; handle: Handle; box: Rect; result: Rect };

export interface Board {
  boxes: readonly Rect[];
  selected: number | null;
  picture: Size;
  least: number;
  /** Picture pixels that one screen pixel covers. */
  pixel: number;
  canDraw: boolean;
}

export interface Outcome {
  gesture: Gesture;
  select?: number | null;
  /** A box drawn to its end. */
  draw?: Rect;
  /** The selected box's new place. */
  change?: Rect;
}

/** Half of the 24 px a target should have. */
const REACH = 12;
const STILL = 4;

export const IDLE: Gesture = { kind: "idle" };

function isNearTo(a: Point, b: Point, pixel: number): boolean {
  return Math.hypot(a.x - b.x, a.y - b.y) < STILL * pixel;
}

export function press(gesture: Gesture, at: Point, board: Board): Outcome {
  if (gesture.kind === "drawing" && gesture.isClicked) return { gesture: { ...gesture, to: at } };
  const box = board.selected === null ? undefined : board.boxes[board.selected];
  if (box && board.canDraw) {
    const handle = handleAt(box, at, REACH * board.pixel);
    if (handle) return { gesture: { kind: "resizing", at, handle, box, result: box } };
    if (contains(box, at)) return { gesture: { kind: "moving", at, box, result: box } };
  }
  return { gesture: { kind: "pressed", at, on: rectAt(board.boxes, at) } };
}

export function drag(gesture: Gesture, to: Point, board: Board): Gesture {
  switch (gesture.kind) {
    case "pressed":
      if (!board.canDraw || isNearTo(gesture.at, to, board.pixel)) return gesture;
      return { kind: "drawing", at: gesture.at, to, isClicked: false };
    case "drawing":
      return { ...gesture, to };
    case "moving": {
      const { at, box } = gesture;
      return { ...gesture, result: moveRect(box, to.x - at.x, to.y - at.y, board.picture) };
    }
    case "resizing": {
      const { at, box, handle } = gesture;
      const change = { x: to.x - at.x, y: to.y - at.y };
      return { ...gesture, result: resizeRect(box, handle, change, board) };
    }
    default:
      return gesture;
  }
}

/** The box between the corners, cut to the picture; null when it is too small to be meant. */
export function drawnBox(gesture: Gesture, board: Board): Rect | null {
  if (gesture.kind !== "drawing") return null;
  const box = roundRect(cropRect(rectFromCorners(gesture.at, gesture.to), board.picture));
  return box.width >= board.least && box.height >= board.least ? box : null;
}

function releasePress(at: Point, on: number | null, board: Board): Outcome {
  if (on !== null || board.selected !== null || !board.canDraw) {
    return { gesture: IDLE, select: on };
  }
  return { gesture: { kind: "drawing", at, to: at, isClicked: true } };
}

function releaseChange(gesture: { at: Point; box: Rect; result: Rect }, board: Board): Outcome {
  const { box, result } = gesture;
  if (box !== result) return { gesture: IDLE, change: roundRect(result) };
  // A click inside the selected box may mean a smaller one that lies on it.
  return { gesture: IDLE, select: rectAt(board.boxes, gesture.at) };
}

export function release(gesture: Gesture, board: Board): Outcome {
  switch (gesture.kind) {
    case "pressed":
      return releasePress(gesture.at, gesture.on, board);
    case "drawing": {
      const draw = drawnBox(gesture, board);
      if (draw) return { gesture: IDLE, draw };
      return { gesture: gesture.isClicked ? gesture : IDLE };
    }
    case "moving":
    case "resizing":
      return releaseChange(gesture, board);
    default:
      return { gesture: IDLE };
  }
}
