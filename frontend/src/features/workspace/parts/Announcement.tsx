import { VisuallyHidden } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { LabelSchema } from "../../../core/schema";
import type { Sheet } from "../session/types";

/** Enough to know the item by; the rest stands in the main part of the page. */
const LETTERS = 200;

function beginningOf({ assignment }: Sheet, { inputs }: LabelSchema): string {
  const { data } = assignment.item;
  const texts = inputs.map(({ id }) => data[id]).filter((value) => typeof value === "string");
  // Cut first: a text may have five megabytes. A letter has two units at most.
  const letters = [...texts.map((text) => text.slice(0, 2 * LETTERS + 2)).join(" · ")];
  return letters.length > LETTERS ? `${letters.slice(0, LETTERS).join("")}…` : letters.join("");
}

interface Props {
  sheet: Sheet;
  schema: LabelSchema;
  /** How many were judged before it. */
  judged: number;
  isPast: boolean;
}

/** Tells a screen reader, which does not see the page change, that another item is there. */
export function Announcement({ sheet, schema, judged, isPast }: Props) {
  const { t } = useTranslation("workspace");
  const words = { number: judged + 1, text: beginningOf(sheet, schema) };
  return (
    <VisuallyHidden role="status">
      {t(isPast ? "announce.past" : "announce.item", words)}
    </VisuallyHidden>
  );
}
