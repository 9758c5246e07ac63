import { useLayoutEffect, useRef } from "react";
import type { Rect, Size, View } from "../../core/geometry";
import type { Gesture } from "./gesture";
import { paintActive, paintBox, paintPicture, prepare, type RasterBox } from "./paint";
import classes from "./RasterStage.module.css";

interface Looking {
  view: View;
  viewport: Size;
}

interface PictureProps extends Looking {
  image: HTMLImageElement;
  size: Size;
}

export function PictureLayer({ image, size, view, viewport }: PictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const context = canvas.current && prepare(canvas.current, viewport);
    if (context) paintPicture(context, image, size, view);
  }, [image, size, view, viewport]);
  return <canvas ref={canvas} className={classes.layer} aria-hidden />;
}

interface BoxesProps extends Looking {
  boxes: readonly RasterBox[];
  selected: number | null;
}

/** All boxes but the one in hand: drawn once, and not again while that one is dragged. */
export function BoxesLayer({ boxes, selected, view, viewport }: BoxesProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const context = canvas.current && prepare(canvas.current, viewport);
    if (!context) return;
    boxes.forEach((box, index) => {
      if (index !== selected) paintBox(context, box, view, viewport);
    });
  }, [boxes, selected, view, viewport]);
  return <canvas ref={canvas} className={classes.layer} aria-hidden />;
}

interface ActiveProps extends Looking {
  box: RasterBox | null;
  gesture: Gesture;
  drawn: Rect | null;
  /** How a new box would look. */
  pen: Pick<RasterBox, "name" | "colors" | "dash"> | null;
  hasHandles: boolean;
}

/** The box in hand, where the gesture has it by now. */
function boxInHand(box: RasterBox | null, gesture: Gesture): RasterBox | null {
  const isChanging = gesture.kind === "moving" || gesture.kind === "resizing";
  return box && isChanging ? { ...box, ...gesture.result } : box;
}

/** The box in hand, or the one being drawn. */
export function ActiveLayer(props: ActiveProps) {
  const { box, gesture, drawn, pen, hasHandles, view, viewport } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const context = canvas.current && prepare(canvas.current, viewport);
    if (!context) return;
    const held = boxInHand(box, gesture);
    if (held) paintActive(context, held, view, { hasHandles });
    if (drawn && pen) paintActive(context, { ...drawn, ...pen }, view, { hasHandles: false });
  }, [box, gesture, drawn, pen, hasHandles, view, viewport]);
  return <canvas ref={canvas} className={classes.layer} aria-hidden />;
}
