import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { TextIndex } from "../../core/offsets";
import { colorsOfCategory } from "../../core/palette";
import { type Span, titleOf, titleOfCategory } from "../../core/schema";
import { TextStage } from "../../stages/text/TextStage";
import { Tally } from "../shared/Tally";
import { toggled, VoiceToggles } from "../shared/VoiceToggles";
import type { ComparisonProps, Voice } from "../types";
import { marksOf } from "./marks";

interface Said {
  span: Span;
  names: string[];
}

/** Every span that anybody drew, and who drew it. */
function allSpans(voices: readonly Voice<"spans">[]): Said[] {
  const found = new Map<string, Said>();
  for (const { name, label } of voices) {
    for (const span of label ?? []) {
      const key = `${span.start} ${span.end} ${span.category}`;
      const said = found.get(key) ?? { span, names: [] };
      said.names.push(name);
      found.set(key, said);
    }
  }
  return [...found.values()].sort(
    (a, b) => a.span.start - b.span.start || b.span.end - a.span.end,
  );
}

export function SpansComparison({ question, data, voices }: ComparisonProps<"spans">) {
  const { t } = useTranslation("labelTypes");
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const value = data[question.on];
  const text = typeof value === "string" ? value : "";
  const index = useMemo(() => new TextIndex(text), [text]);
  const shown = voices.filter((voice) => !hidden.has(voice.name));
  // One mark for each thing said, named by all who said it: agreement is one line, not four.
  const marks = allSpans(shown).flatMap(({ span, names }) =>
    marksOf(question, [span], index, {
      voice: names.join(" "),
      isQuiet: names.length < shown.length,
    }),
  );
  const rows = allSpans(voices).map(({ span, names }) => ({
    id: `${span.start} ${span.end} ${span.category}`,
    title: `${index.slice(span.start, Math.min(span.end, span.start + 60))} · ${titleOfCategory(question.categories, span.category)}`,
    colors: colorsOfCategory(question.categories, span.category),
    names,
  }));
  return (
    <>
      <VoiceToggles
        names={voices.map((voice) => voice.name)}
        hidden={hidden}
        onToggle={(name) => setHidden(toggled(hidden, name))}
      />
      <TextStage text={text} marks={marks} label={titleOf(question)} />
      {rows.length > 0 ? (
        <Tally rows={rows} voices={voices.length} caption={titleOf(question)} isPerRow />
      ) : (
        <p>{t("comparison.nothing")}</p>
      )}
    </>
  );
}
