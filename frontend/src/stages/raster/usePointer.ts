import { type PointerEvent, useEffect, useRef, useState } from "react";
import { type Point, type Rect, toPicture } from "../../core/geometry";
import { type Board, drag, type Gesture, IDLE, type Outcome, press, release } from "./gesture";
import type { ViewControl } from "./useView";

interface Answers {
  onSelect?: (index: number | null) => void;
  onDraw?: (rect: Rect) => void;
  onChange?: (index: number, rect: Rect) => void;
}

function screenPoint(event: PointerEvent<HTMLElement>): Point {
  const box = event.currentTarget.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, textarea, button, a") !== null;
}

/** Space held down turns dragging into panning. */
function useSpaceHeld() {
  const isHeld = useRef(false);
  useEffect(() => {
    const handle = (event: KeyboardEvent) => {
      if (event.code !== "Space" || isTyping(event.target)) return;
      isHeld.current = event.type === "keydown";
    };
    window.addEventListener("keydown", handle, true);
    window.addEventListener("keyup", handle, true);
    return () => {
      window.removeEventListener("keydown", handle, true);
      window.removeEventListener("keyup", handle, true);
    };
  }, []);
  return isHeld;
}

function tell(outcome: Outcome, board: Board, answers: Answers): void {
  if (outcome.draw) answers.onDraw?.(outcome.draw);
  if (outcome.change && board.selected !== null)
    answers.onChange?.(board.selected, outcome.change);
  if (outcome.select !== undefined) answers.onSelect?.(outcome.select);
}

export interface PointerControl {
  gesture: Gesture;
  cancel: () => void;
  handlers: {
    onPointerDown: (event: PointerEvent<HTMLElement>) => void;
    onPointerMove: (event: PointerEvent<HTMLElement>) => void;
    onPointerUp: (event: PointerEvent<HTMLElement>) => void;
    onPointerCancel: () => void;
  };
}

/** Turns the pointer's movements into gestures on the board. */
export function usePointer(board: Board, control: ViewControl, answers: Answers): PointerControl {
  const [gesture, setGesture] = useState<Gesture>(IDLE);
  const isSpaceHeld = useSpaceHeld();
  const place = (event: PointerEvent<HTMLElement>) => toPicture(control.view, screenPoint(event));

  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    if (event.button > 1) return;
    event.currentTarget.setPointerCapture?.(event.pointerId);
    if (event.button === 1 || isSpaceHeld.current || !board.canDraw) {
      event.preventDefault();
      setGesture({ kind: "panning", from: screenPoint(event) });
      return;
    }
    setGesture(press(gesture, place(event), board).gesture);
  };

  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    if (gesture.kind === "idle") return;
    if (gesture.kind !== "panning") {
      setGesture(drag(gesture, place(event), board));
      return;
    }
    const to = screenPoint(event);
    control.pan(to.x - gesture.from.x, to.y - gesture.from.y);
    setGesture({ kind: "panning", from: to });
  };

  const onPointerUp = () => {
    const outcome = release(gesture, board);
    setGesture(outcome.gesture);
    tell(outcome, board, answers);
  };

  return {
    gesture,
    cancel: () => setGesture(IDLE),
    handlers: {
      onPointerDown,
      onPointerMove,
      onPointerUp,
      onPointerCancel: () => setGesture(IDLE),
    },
  };
}
