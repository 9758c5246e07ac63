import { useTranslation } from "react-i18next";
import { optionHint } from "../shared/hints";
import type { LabelType, SummaryProps } from "../types";
import { SpansComparison } from "./Comparison";
import { SpansEditor } from "./Editor";
import { SpansSaid } from "./Said";

function SpansSummary({ label }: SummaryProps<"spans">) {
  const { t } = useTranslation("labelTypes");
  return t("spans.count", { count: label.length });
}

export const spans: LabelType<"spans"> = {
  type: "spans",
  place: "stage",
  hints: ({ categories }) => [
    { words: "move", keys: ["ArrowLeft", "ArrowRight"] },
    { words: "extend", keys: ["shift+ArrowRight"] },
    optionHint("label", categories.length),
    { words: "remove", keys: ["Backspace"] },
    // A narrow screen cuts off what stands last.
    { words: "word", keys: ["ctrl+ArrowRight"] },
  ],
  Editor: SpansEditor,
  Comparison: SpansComparison,
  Summary: SpansSummary,
  Said: SpansSaid,
};
