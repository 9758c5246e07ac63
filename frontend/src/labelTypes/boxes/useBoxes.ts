import { type RefObject, useState } from "react";
import type { Rect, Size } from "../../core/geometry";
import type { Box } from "../../core/schema";
import type { RasterStageHandle } from "../../stages/raster/RasterStage";
import type { EditorProps } from "../types";
import { boxInView, leastSide, nudgeBox, nudgeOf, replaceBox } from "./boxes";

const NONE: Box[] = [];
/** Screen pixels the picture moves by when no box is selected. */
const PAN = 60;

/** The state of a boxes question: which box is in hand, and which category draws. */
export function useBoxes(
  { question, label, onChange }: EditorProps<"boxes">,
  picture: Size,
  stage: RefObject<RasterStageHandle | null>,
) {
  const boxes = label ?? NONE;
  const [chosen, setSelected] = useState<number | null>(null);
  const [category, setCategory] = useState(question.categories[0]?.id ?? "");
  const selected = chosen !== null && chosen < boxes.length ? chosen : null;
  const least = leastSide(question);

  const add = (rect: Rect) => {
    onChange([...boxes, { ...rect, category }]);
    setSelected(boxes.length);
  };
  const change = (index: number, part: Partial<Box>, joins?: string) =>
    onChange(replaceBox(boxes, index, part), joins === undefined ? undefined : { joins });

  const pan = (x: number, y: number) =>
    stage.current?.pan(-Math.sign(x) * PAN, -Math.sign(y) * PAN);

  return {
    boxes,
    selected,
    setSelected,
    category,
    add,
    change,
    pick: (id: string) => {
      setCategory(id);
      if (selected !== null) change(selected, { category: id });
    },
    create: () => {
      const visible = stage.current?.visible();
      if (visible) add(boxInView(visible, picture, least));
    },
    nudge: (event: KeyboardEvent) => {
      const nudge = nudgeOf(event, stage.current?.pixel() ?? 1);
      if (!nudge) return false;
      const box = selected === null ? undefined : boxes[selected];
      if (selected === null || !box) return pan(nudge.x, nudge.y);
      const moved = nudgeBox(box, nudge, picture, least);
      return change(selected, moved, `${question.id} ${selected} ${nudge.resizes}`);
    },
    step: (direction: 1 | -1) => {
      const first = direction === 1 ? 0 : boxes.length - 1;
      const next = selected === null ? first : selected + direction;
      // Past the last one the key belongs to the workspace again: no trap.
      if (!(next in boxes)) {
        setSelected(null);
        return false;
      }
      setSelected(next);
    },
    remove: () => {
      if (selected === null) return;
      onChange(boxes.filter((_, at) => at !== selected));
      setSelected(boxes.length > 1 ? Math.min(selected, boxes.length - 2) : null);
    },
    leave: () => {
      if (stage.current?.cancel()) return;
      if (selected === null) return false;
      setSelected(null);
    },
    zoom: (factor: number) => stage.current?.zoom(factor),
    fit: () => stage.current?.fit(),
  };
}
