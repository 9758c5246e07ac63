import { type RefObject, useEffect, useLayoutEffect, useState } from "react";
import {
  fitView,
  keepInView,
  type Point,
  type Size,
  type View,
  zoomView,
} from "../../core/geometry";

const MARGIN = 24;
/** One notch of a wheel; a touchpad sends many small ones. */
const WHEEL = 0.0016;

export interface ViewControl {
  view: View;
  viewport: Size;
  zoom: (factor: number, anchor?: Point) => void;
  pan: (dx: number, dy: number) => void;
  fit: () => void;
}

interface Looking {
  viewport: Size;
  view: View;
  /** Fitted views follow the window's size; a view somebody chose stays. */
  isFitted: boolean;
}

const NOWHERE: Looking = {
  viewport: { width: 0, height: 0 },
  view: { scale: 1, x: 0, y: 0 },
  isFitted: true,
};

function zoomed(looking: Looking, picture: Size, factor: number, anchor?: Point): Looking {
  const { viewport, view } = looking;
  const middle = { x: viewport.width / 2, y: viewport.height / 2 };
  const fit = fitView(picture, viewport, MARGIN);
  const next = zoomView(view, factor, anchor ?? middle, fit);
  return { viewport, view: keepInView(next, picture, viewport), isFitted: false };
}

function panned(looking: Looking, picture: Size, dx: number, dy: number): Looking {
  const { viewport, view } = looking;
  const next = { scale: view.scale, x: view.x + dx, y: view.y + dy };
  return { viewport, view: keepInView(next, picture, viewport), isFitted: false };
}

/** The part of the picture that is looked at: fitted at first, then zoomed and moved. */
export function useView(
  host: RefObject<HTMLElement | null>,
  picture: Size,
  url: string,
): ViewControl {
  const [looking, setLooking] = useState(NOWHERE);
  const { width, height } = picture;

  // biome-ignore lint/correctness/useExhaustiveDependencies: another picture starts fitted again
  useLayoutEffect(() => {
    const element = host.current;
    if (!element) return;
    const measure = (isNew: boolean) =>
      setLooking((before) => {
        const viewport = { width: element.clientWidth, height: element.clientHeight };
        if (!isNew && !before.isFitted) return { ...before, viewport };
        return { viewport, view: fitView({ width, height }, viewport, MARGIN), isFitted: true };
      });
    measure(true);
    const observer = new ResizeObserver(() => measure(false));
    observer.observe(element);
    return () => observer.disconnect();
  }, [host, width, height, url]);

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    // React's wheel listeners are passive, so the page would zoom or scroll as well.
    const handleWheel = (event: WheelEvent) => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      const anchor = { x: event.clientX - box.left, y: event.clientY - box.top };
      const factor = Math.exp(-event.deltaY * WHEEL * (event.deltaMode === 1 ? 30 : 1));
      setLooking((before) => zoomed(before, { width, height }, factor, anchor));
    };
    element.addEventListener("wheel", handleWheel, { passive: false });
    return () => element.removeEventListener("wheel", handleWheel);
  }, [host, width, height]);

  return {
    view: looking.view,
    viewport: looking.viewport,
    zoom: (factor, anchor) => setLooking((before) => zoomed(before, picture, factor, anchor)),
    pan: (dx, dy) => setLooking((before) => panned(before, picture, dx, dy)),
    fit: () =>
      setLooking(({ viewport }) => ({
        viewport,
        view: fitView(picture, viewport, MARGIN),
        isFitted: true,
      })),
  };
}
