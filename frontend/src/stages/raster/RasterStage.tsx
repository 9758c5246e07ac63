import { type ReactNode, type RefObject, useImperativeHandle, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { cropRect, type Rect, type Size, toPicture } from "../../core/geometry";
import { type Board, drawnBox } from "./gesture";
import { ActiveLayer, BoxesLayer, PictureLayer } from "./Layers";
import type { RasterBox } from "./paint";
import classes from "./RasterStage.module.css";
import { usePicture } from "./usePicture";
import { usePointer } from "./usePointer";
import { useView, type ViewControl } from "./useView";

export interface RasterStageHandle {
  focus(): void;
  zoom(factor: number): void;
  fit(): void;
  pan(dx: number, dy: number): void;
  /** Gives up a box that is being drawn; false when there was none. */
  cancel(): boolean;
  /** The part of the picture that is on the screen. */
  visible(): Rect;
  /** Picture pixels that one screen pixel covers. */
  pixel(): number;
}

interface Props {
  url: string;
  size: Size;
  boxes: readonly RasterBox[];
  selected: number | null;
  /** Names the picture for screen readers. */
  label: string;
  /** How a new box looks; without it the picture is only looked at. */
  pen?: Pick<RasterBox, "name" | "colors" | "dash"> | null;
  least?: number;
  onSelect?: (index: number | null) => void;
  onDraw?: (rect: Rect) => void;
  onChange?: (index: number, rect: Rect) => void;
  ref?: RefObject<RasterStageHandle | null>;
}

function visiblePart({ view, viewport }: ViewControl, picture: Size): Rect {
  const corner = toPicture(view, { x: 0, y: 0 });
  const rect = {
    ...corner,
    width: viewport.width / view.scale,
    height: viewport.height / view.scale,
  };
  return cropRect(rect, picture);
}

function Overlay({ children }: { children: ReactNode }) {
  return <div className={classes.overlay}>{children}</div>;
}

/** A picture with boxes on it: zoomed, moved, drawn on with the pointer or by its handle. */
export function RasterStage(props: Props) {
  const { url, size, boxes, selected, label, pen = null, least = 1, ref } = props;
  const { t } = useTranslation("labelTypes");
  const host = useRef<HTMLDivElement>(null);
  const [attempt, setAttempt] = useState(0);
  const picture = usePicture(url, attempt);
  const control = useView(host, size, url);
  const pixel = 1 / control.view.scale;
  const board: Board = { boxes, selected, picture: size, least, pixel, canDraw: pen !== null };
  const { gesture, cancel, handlers } = usePointer(board, control, props);
  const { view, viewport } = control;
  useImperativeHandle(ref, () => ({
    focus: () => host.current?.focus({ preventScroll: true }),
    zoom: control.zoom,
    fit: control.fit,
    pan: control.pan,
    cancel: () => {
      cancel();
      return gesture.kind === "drawing";
    },
    visible: () => visiblePart(control, size),
    pixel: () => pixel,
  }));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a canvas has no element of its own for this
    <div
      ref={host}
      className={classes.raster}
      role="group"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys of the stage act while it has the focus
      tabIndex={0}
      data-gesture={gesture.kind}
      {...handlers}
    >
      {picture.kind === "ready" ? (
        <PictureLayer image={picture.image} size={size} view={view} viewport={viewport} />
      ) : null}
      <BoxesLayer boxes={boxes} selected={selected} view={view} viewport={viewport} />
      <ActiveLayer
        box={selected === null ? null : (boxes[selected] ?? null)}
        gesture={gesture}
        drawn={drawnBox(gesture, board)}
        pen={pen}
        hasHandles={pen !== null}
        view={view}
        viewport={viewport}
      />
      {picture.kind === "loading" ? <Overlay>{t("raster.loading")}</Overlay> : null}
      {picture.kind === "failed" ? (
        <Overlay>
          {t("raster.failed")}{" "}
          <button type="button" onClick={() => setAttempt((count) => count + 1)}>
            {t("raster.retry")}
          </button>
        </Overlay>
      ) : null}
    </div>
  );
}
