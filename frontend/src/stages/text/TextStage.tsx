import { type RefObject, useImperativeHandle, useMemo, useRef } from "react";
import { type Block, splitBlocks } from "./blocks";
import { CaretLayer } from "./CaretLayer";
import { at, type Caret } from "./caret";
import { placeAtPoint, rangeOf, unitOf } from "./dom";
import { marksByBlock, type TextMark } from "./marks";
import { TextBlock } from "./TextBlock";
import classes from "./TextStage.module.css";

export interface TextStageHandle {
  focus(): void;
  /** The place one line up or down from a place; null where there is no such line. */
  lineStep(unit: number, direction: 1 | -1): number | null;
  isRightToLeft(): boolean;
}

interface Props {
  text: string;
  marks: readonly TextMark[];
  /** Names the text for screen readers. */
  label: string;
  caret?: Caret | null;
  onCaret?: (caret: Caret) => void;
  /** A click that selects nothing, at this place. */
  onPress?: (unit: number) => void;
  ref?: RefObject<TextStageHandle | null>;
}

/** Below this many blocks nothing needs to be watched: about 25 pages. */
const FEW = 40;
const NONE: never[] = [];

function selectedCaret(root: Element, blocks: readonly Block[]): Caret | null {
  const selection = document.getSelection();
  if (!selection?.anchorNode || !selection.focusNode) return null;
  const anchor = unitOf(root, blocks, {
    node: selection.anchorNode,
    offset: selection.anchorOffset,
  });
  const focus = unitOf(root, blocks, { node: selection.focusNode, offset: selection.focusOffset });
  return anchor === null || focus === null ? null : { anchor, focus };
}

function stepLine(
  root: Element,
  blocks: readonly Block[],
  unit: number,
  direction: 1 | -1,
): number | null {
  const range = rangeOf(root, blocks, unit, unit + 1);
  const rect = range?.getClientRects?.()[0];
  if (!rect) return null;
  const lineHeight = Number.parseFloat(getComputedStyle(root).lineHeight) || rect.height * 2;
  const place = placeAtPoint(rect.x + 1, rect.y + rect.height / 2 + direction * lineHeight);
  return place ? unitOf(root, blocks, place) : null;
}

/** A text with marks on it, a caret to be moved by keys, and what the mouse selects. */
export function TextStage({ text, marks, label, caret, onCaret, onPress, ref }: Props) {
  const root = useRef<HTMLDivElement>(null);
  const blocks = useMemo(() => splitBlocks(text), [text]);
  const byBlock = useMemo(() => marksByBlock(blocks, marks, text), [blocks, marks, text]);
  useImperativeHandle(ref, () => ({
    focus: () => root.current?.focus({ preventScroll: true }),
    lineStep: (unit, direction) =>
      root.current ? stepLine(root.current, blocks, unit, direction) : null,
    isRightToLeft: () =>
      root.current !== null && getComputedStyle(root.current).direction === "rtl",
  }));
  const handlePointerUp = () => {
    if (!root.current || !onCaret) return;
    const selected = selectedCaret(root.current, blocks);
    if (!selected) return;
    if (selected.anchor !== selected.focus) onCaret(selected);
    else if (onPress) onPress(selected.focus);
    else onCaret(at(selected.focus));
  };
  return (
    <div
      ref={root}
      className={classes.text}
      role="document"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the text is scrolled and read by keyboard
      tabIndex={0}
      dir="auto"
      data-plain={!onCaret && marks.length === 0 ? true : undefined}
      onPointerUp={handlePointerUp}
    >
      {blocks.map((block, index) => (
        <TextBlock
          key={block.start}
          block={block}
          index={index}
          marks={byBlock.get(index) ?? NONE}
          isWatched={blocks.length > FEW}
        />
      ))}
      {caret ? <CaretLayer root={root} blocks={blocks} caret={caret} drawn={byBlock} /> : null}
    </div>
  );
}
