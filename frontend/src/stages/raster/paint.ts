/** Drawing a picture's boxes on canvas. Sizes are CSS pixels; the context is scaled for the screen. */

import {
  HANDLES,
  handlePoint,
  type Rect,
  type Size,
  toScreen,
  type View,
} from "../../core/geometry";
import type { CategoryColors } from "../../core/palette";

export interface RasterBox extends Rect {
  name: string;
  colors: CategoryColors;
  /** Line style, so that colour is never the only difference. */
  dash?: readonly number[];
  /** Another question's or another voter's: an outline without filling. */
  isQuiet?: boolean;
}

const HANDLE = 8;
const SMALL = 14;
const FONT = "600 11px 'Inter Variable', Inter, system-ui, sans-serif";

function isOutside(rect: Rect, viewport: Size): boolean {
  return (
    rect.x > viewport.width ||
    rect.y > viewport.height ||
    rect.x + rect.width < 0 ||
    rect.y + rect.height < 0
  );
}

/** A dark line under the coloured one keeps a box visible on any picture. */
function outline(context: CanvasRenderingContext2D, rect: Rect, box: RasterBox, width: number) {
  context.setLineDash([]);
  context.lineWidth = width + 2;
  context.strokeStyle = "rgb(0 0 0 / 38%)";
  context.strokeRect(rect.x, rect.y, rect.width, rect.height);
  context.setLineDash(box.dash ? [...box.dash] : []);
  context.lineWidth = width;
  context.strokeStyle = box.colors.solid;
  context.strokeRect(rect.x, rect.y, rect.width, rect.height);
  context.setLineDash([]);
}

function nameTag(context: CanvasRenderingContext2D, rect: Rect, box: RasterBox): void {
  context.font = FONT;
  context.textBaseline = "middle";
  const width = context.measureText(box.name).width + 10;
  // The name stands on the box, or inside it where the picture's top is too near.
  const top = rect.y >= 17 ? rect.y - 17 : Math.max(0, rect.y);
  context.fillStyle = box.colors.solid;
  context.fillRect(rect.x - 1, top, width, 17);
  context.fillStyle = box.colors.onSolid;
  context.fillText(box.name, rect.x + 4, top + 9);
}

export function paintBox(
  context: CanvasRenderingContext2D,
  box: RasterBox,
  view: View,
  viewport: Size,
): void {
  const rect = toScreen(view, box);
  if (isOutside(rect, viewport)) return;
  if (!box.isQuiet) {
    context.fillStyle = `${box.colors.solid}26`;
    context.fillRect(rect.x, rect.y, rect.width, rect.height);
  }
  outline(context, rect, box, 2);
  if (rect.width >= SMALL || rect.height >= SMALL) nameTag(context, rect, box);
}

export function paintActive(
  context: CanvasRenderingContext2D,
  box: RasterBox,
  view: View,
  options: { hasHandles: boolean },
): void {
  const rect = toScreen(view, box);
  context.fillStyle = `${box.colors.solid}40`;
  context.fillRect(rect.x, rect.y, rect.width, rect.height);
  context.setLineDash([]);
  context.lineWidth = 5;
  context.strokeStyle = "#ffffff";
  context.strokeRect(rect.x, rect.y, rect.width, rect.height);
  outline(context, rect, box, 2);
  nameTag(context, rect, box);
  if (options.hasHandles)
    for (const handle of HANDLES) paintHandle(context, handlePoint(rect, handle));
}

function paintHandle(context: CanvasRenderingContext2D, place: { x: number; y: number }): void {
  context.fillStyle = "#ffffff";
  context.fillRect(place.x - HANDLE / 2, place.y - HANDLE / 2, HANDLE, HANDLE);
  context.lineWidth = 1;
  context.strokeStyle = "#1b1b18";
  context.strokeRect(place.x - HANDLE / 2, place.y - HANDLE / 2, HANDLE, HANDLE);
}

export function paintPicture(
  context: CanvasRenderingContext2D,
  picture: CanvasImageSource,
  size: Size,
  view: View,
): void {
  const rect = toScreen(view, { x: 0, y: 0, ...size });
  // Single pixels are wanted sharp when one looks at them closely.
  context.imageSmoothingEnabled = view.scale < 4;
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, rect.x, rect.y, rect.width, rect.height);
}

/** Sizes the canvas for the screen's pixels and clears it; null where there is no canvas. */
export function prepare(
  canvas: HTMLCanvasElement,
  viewport: Size,
): CanvasRenderingContext2D | null {
  const ratio = window.devicePixelRatio || 1;
  const width = Math.max(1, Math.round(viewport.width * ratio));
  const height = Math.max(1, Math.round(viewport.height * ratio));
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext("2d");
  if (!context) return null;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, viewport.width, viewport.height);
  return context;
}
