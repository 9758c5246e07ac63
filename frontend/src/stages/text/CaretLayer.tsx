import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Block } from "./blocks";
import { type Caret, isCollapsed, stretchOf } from "./caret";
import { rangeOf, rectsOf } from "./dom";
import classes from "./TextStage.module.css";

interface Props {
  root: RefObject<HTMLElement | null>;
  blocks: readonly Block[];
  caret: Caret;
  /** Changes when the text was drawn anew, so that places are measured again. */
  drawn: unknown;
}

/** A collapsed range often has no box of its own: then the edge of a neighbouring sign is used. */
function caretRect(root: Element, blocks: readonly Block[], unit: number): DOMRect | null {
  const after = rangeOf(root, blocks, unit, unit + 1);
  const [first] = after ? rectsOf(root, after) : [];
  if (first && first.height > 0) return new DOMRect(first.x, first.y, 0, first.height);
  const before = unit > 0 ? rangeOf(root, blocks, unit - 1, unit) : null;
  const last = before ? rectsOf(root, before).at(-1) : undefined;
  return last ? new DOMRect(last.right, last.y, 0, last.height) : null;
}

function measure(root: Element, blocks: readonly Block[], caret: Caret): DOMRect[] {
  if (isCollapsed(caret)) {
    const rect = caretRect(root, blocks, caret.focus);
    return rect ? [rect] : [];
  }
  const { start, end } = stretchOf(caret);
  const range = rangeOf(root, blocks, start, end);
  return range ? mergeLines(rectsOf(root, range)) : [];
}

/** Pieces of one line become one box. */
function mergeLines(rects: DOMRect[]): DOMRect[] {
  const lines: DOMRect[] = [];
  for (const rect of rects) {
    if (rect.width < 1) continue;
    const last = lines.at(-1);
    const isSameLine = last && Math.abs(last.y - rect.y) < rect.height / 2;
    if (!last || !isSameLine) {
      lines.push(rect);
      continue;
    }
    const left = Math.min(last.x, rect.x);
    const right = Math.max(last.right, rect.right);
    lines[lines.length - 1] = new DOMRect(left, last.y, right - left, last.height);
  }
  return lines;
}

function useResized(root: RefObject<HTMLElement | null>): number {
  const [count, setCount] = useState(0);
  // Not in the layout's turn: when both are drawn at once, the text comes after what lies over it.
  useEffect(() => {
    if (!root.current) return;
    const observer = new ResizeObserver(() => setCount((before) => before + 1));
    observer.observe(root.current);
    return () => observer.disconnect();
  }, [root]);
  return count;
}

/** The caret, or the ring around what is selected, drawn over the text. */
export function CaretLayer({ root, blocks, caret, drawn }: Props) {
  const [rects, setRects] = useState<DOMRect[]>([]);
  const resized = useResized(root);
  const layer = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `drawn` and `resized` only say "measure again"
  useLayoutEffect(() => {
    if (root.current) setRects(measure(root.current, blocks, caret));
  }, [root, blocks, caret, drawn, resized]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: follows the caret once it is drawn
  useLayoutEffect(() => {
    const moving = caret.focus < caret.anchor ? "firstElementChild" : "lastElementChild";
    layer.current?.[moving]?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [rects]);
  return (
    <div ref={layer} aria-hidden>
      {rects.map((rect) => (
        <div
          key={`${rect.x},${rect.y}`}
          className={isCollapsed(caret) ? classes.caret : classes.ring}
          style={{ left: rect.x, top: rect.y, width: rect.width, height: rect.height }}
        />
      ))}
    </div>
  );
}
