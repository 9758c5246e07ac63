import type { RefObject } from "react";
import { useTranslation } from "react-i18next";
import { useScope } from "../../stages/keyboard/useScope";

/** Of the height; the last lines stay in sight, so that the eye finds its place again. */
const LEAF = 0.85;

/** An item longer than the screen is read on with the keys, whichever question has the cursor. */
export function useReading(stage: RefObject<HTMLElement | null>): void {
  const { t } = useTranslation("labelTypes");
  const turn = (direction: 1 | -1) => () => {
    const shown = stage.current;
    if (!shown || shown.scrollHeight <= shown.clientHeight) return false;
    shown.scrollBy({ top: direction * LEAF * shown.clientHeight });
    return true;
  };
  useScope({
    floor: "workspace",
    title: t("keys.item"),
    commands: [
      {
        id: "readOn",
        title: t("reading.on"),
        keys: ["PageDown"],
        run: turn(1),
        inTextField: true,
      },
      {
        id: "readBack",
        title: t("reading.back"),
        keys: ["PageUp"],
        run: turn(-1),
        inTextField: true,
      },
    ],
  });
}
