import type { Label } from "../../api/types";

/** A label as short text: a name as it is, anything else as JSON. */
export function labelText(label: Label | undefined): string {
  if (label === undefined) return "–";
  return typeof label === "string" ? label : JSON.stringify(label);
}
