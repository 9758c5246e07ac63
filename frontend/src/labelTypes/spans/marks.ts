import type { TextIndex } from "../../core/offsets";
import { colorsOfCategory } from "../../core/palette";
import { type Span, type SpansQuestion, titleOfCategory } from "../../core/schema";
import type { TextMark } from "../../stages/text/marks";

/** Spans as the stage draws them; `voice` names whose they are. */
export function marksOf(
  question: SpansQuestion,
  spans: readonly Span[],
  index: TextIndex,
  options: { voice?: string; isQuiet?: boolean } = {},
): TextMark[] {
  return spans.map((span) => {
    const title = titleOfCategory(question.categories, span.category);
    return {
      start: index.toUnit(span.start),
      end: index.toUnit(span.end),
      name: options.voice ? `${options.voice} · ${title}` : title,
      colors: colorsOfCategory(question.categories, span.category),
      isQuiet: options.isQuiet,
    };
  });
}
