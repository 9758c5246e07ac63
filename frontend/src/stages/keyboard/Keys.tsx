import { strokeParts } from "../../core/keymap/strokes";
import { Kbd } from "../../ui/Kbd";

/** A stroke as key caps: `ctrl+Enter` becomes two of them. */
export function Keys({ stroke }: { stroke: string }) {
  return strokeParts(stroke).map((part) => <Kbd key={part}>{part}</Kbd>);
}
