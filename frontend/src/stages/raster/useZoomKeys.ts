import type { RefObject } from "react";
import { useTranslation } from "react-i18next";
import type { Command } from "../../core/keymap/keymap";
import { useScope } from "../keyboard/useScope";
import type { RasterStageHandle } from "./RasterStage";

const STEP = 1.25;

interface Zoom {
  zoom: (factor: number) => unknown;
  fit: () => unknown;
}

/** `fitKey` is another one where options have the zero. */
export function zoomCommands(
  t: (key: "boxes.zoomIn" | "boxes.zoomOut" | "boxes.fit") => string,
  { zoom, fit }: Zoom,
  fitKey = "0",
): Command[] {
  return [
    { id: "zoomIn", title: t("boxes.zoomIn"), keys: ["+", "="], run: () => zoom(STEP) },
    { id: "zoomOut", title: t("boxes.zoomOut"), keys: ["-", "_"], run: () => zoom(1 / STEP) },
    { id: "fit", title: t("boxes.fit"), keys: [fitKey], run: fit },
  ];
}

/** A picture is looked at closely whichever question has the cursor; two of them together. */
export function useZoomKeys(stage: RefObject<RasterStageHandle | null>, isActive: boolean): void {
  const { t } = useTranslation("labelTypes");
  const zoom = (factor: number) => {
    stage.current?.zoom(factor);
    return false;
  };
  const fit = () => {
    stage.current?.fit();
    return false;
  };
  useScope({
    floor: "workspace",
    title: t("keys.picture"),
    isActive,
    commands: zoomCommands(t, { zoom, fit }),
  });
}
