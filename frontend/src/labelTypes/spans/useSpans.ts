import { type RefObject, useMemo, useState } from "react";
import { type TextIndex, trimStretch, wordAt } from "../../core/offsets";
import type { Span } from "../../core/schema";
import {
  at,
  type Caret,
  type CaretMove,
  isCollapsed,
  moveCaret,
  stretchOf,
} from "../../stages/text/caret";
import type { TextStageHandle } from "../../stages/text/TextStage";
import type { EditorProps } from "../types";
import { addSpan, innermostAt, neighbourOf, relabelSpan, removeWithin, spanAt } from "./spans";

const NONE: Span[] = [];
const MIRRORED: Partial<Record<CaretMove, CaretMove>> = {
  characterLeft: "characterRight",
  characterRight: "characterLeft",
  wordLeft: "wordRight",
  wordRight: "wordLeft",
};

/** The selected stretch in code points, or the word the caret touches. */
function target(index: TextIndex, caret: Caret) {
  const stretch = isCollapsed(caret)
    ? wordAt(index.text, caret.focus)
    : trimStretch(index.text, stretchOf(caret));
  if (!stretch || stretch.start === stretch.end) return null;
  return { start: index.toCodePoint(stretch.start), end: index.toCodePoint(stretch.end), stretch };
}

/** The state of a spans question: its caret, and what is done with it. */
export function useSpans(
  props: EditorProps<"spans">,
  index: TextIndex,
  stage: RefObject<TextStageHandle | null>,
) {
  const { question, onChange } = props;
  const spans = props.label ?? NONE;
  const [caret, setCaret] = useState<Caret>(at(0));
  const selected = useMemo(() => {
    const { start, end } = stretchOf(caret);
    return spanAt(spans, index.toCodePoint(start), index.toCodePoint(end));
  }, [caret, spans, index]);

  const select = (position: number | null): boolean => {
    const span = position === null ? undefined : spans[position];
    if (!span) return false;
    setCaret({ anchor: index.toUnit(span.start), focus: index.toUnit(span.end) });
    return true;
  };

  const label = (category: string) => {
    const stretch = target(index, caret);
    if (!stretch) return;
    const { start, end } = stretch;
    const existing = spanAt(spans, start, end);
    onChange(
      existing === null
        ? addSpan(spans, { start, end, category }, question.nested ?? false)
        : relabelSpan(spans, existing, category),
    );
    setCaret(at(stretch.stretch.end));
  };

  return {
    caret,
    setCaret,
    spans,
    selected,
    select,
    label,
    press: (unit: number) => {
      if (!select(innermostAt(spans, index.toCodePoint(unit)))) setCaret(at(unit));
    },
    move: (move: CaretMove, extend: boolean) => {
      const logical = stage.current?.isRightToLeft() ? (MIRRORED[move] ?? move) : move;
      setCaret(moveCaret(index.text, caret, logical, extend));
    },
    moveLine: (direction: 1 | -1, extend: boolean) => {
      const unit = stage.current?.lineStep(caret.focus, direction) ?? null;
      if (unit === null) return false;
      setCaret(extend ? { anchor: caret.anchor, focus: unit } : at(unit));
    },
    step: (direction: 1 | -1) => {
      const { start, end } = stretchOf(caret);
      const stretch = { start: index.toCodePoint(start), end: index.toCodePoint(end) };
      return select(neighbourOf(spans, stretch, direction));
    },
    remove: () => {
      const { start, end } = stretchOf(caret);
      const kept =
        selected === null
          ? removeWithin(spans, index.toCodePoint(start), index.toCodePoint(end))
          : spans.filter((_, at) => at !== selected);
      if (kept.length !== spans.length) onChange(kept);
    },
    leave: () => {
      if (isCollapsed(caret)) return false;
      setCaret(at(caret.focus));
    },
  };
}
