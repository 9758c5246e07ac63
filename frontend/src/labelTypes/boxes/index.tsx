import { useTranslation } from "react-i18next";
import { optionHint, ZOOM } from "../shared/hints";
import type { LabelType, SummaryProps } from "../types";
import { BoxesComparison } from "./Comparison";
import { BoxesEditor } from "./Editor";

function BoxesSummary({ label }: SummaryProps<"boxes">) {
  const { t } = useTranslation("labelTypes");
  return t("boxes.count", { count: label.length });
}

export const boxes: LabelType<"boxes"> = {
  type: "boxes",
  place: "stage",
  hints: ({ categories }) => [
    { words: "draw", keys: ["KeyB"] },
    { words: "nextBox", keys: ["Tab"] },
    optionHint("label", categories.length),
    { words: "nudge", keys: ["ArrowLeft", "ArrowRight"] },
    ZOOM,
  ],
  Editor: BoxesEditor,
  Comparison: BoxesComparison,
  Summary: BoxesSummary,
};
