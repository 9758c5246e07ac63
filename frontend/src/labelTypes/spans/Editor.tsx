import { useEffect, useMemo, useRef } from "react";
import { createPortal } from "react-dom";
import { useTranslation } from "react-i18next";
import { TextIndex } from "../../core/offsets";
import { colorsOfCategory } from "../../core/palette";
import { type Span, titleOf, titleOfCategory } from "../../core/schema";
import { useScope } from "../../stages/keyboard/useScope";
import { TextStage, type TextStageHandle } from "../../stages/text/TextStage";
import { ObjectList } from "../shared/ObjectList";
import { OptionList } from "../shared/OptionList";
import { useOptionKeys, withKeys } from "../shared/useOptionKeys";
import type { EditorProps, Neighbour } from "../types";
import { spansCommands } from "./commands";
import { marksOf } from "./marks";
import { useSpans } from "./useSpans";

function neighbourMarks(neighbours: readonly Neighbour[], index: TextIndex) {
  return neighbours.flatMap(({ question, label }) =>
    question.type === "spans" ? marksOf(question, label as Span[], index, { isQuiet: true }) : [],
  );
}

interface PanelProps extends EditorProps<"spans"> {
  index: TextIndex;
  editing: ReturnType<typeof useSpans>;
}

function SpansPanel({ question, isFocused, onFocus, index, editing }: PanelProps) {
  const { t } = useTranslation("labelTypes");
  const { spans, selected } = editing;
  const { categories } = question;
  const options = withKeys(
    categories.map((category) => ({ id: category.id, title: titleOf(category) })),
  ).map((option) => ({
    ...option,
    description: categories.find((category) => category.id === option.id)?.description,
    colors: colorsOfCategory(categories, option.id),
    count: spans.filter((span) => span.category === option.id).length,
  }));
  useOptionKeys(options, isFocused, editing.label);
  return (
    <>
      <OptionList
        options={options}
        chosen={selected === null ? [] : [spans[selected]?.category ?? ""]}
        role="button"
        onPick={editing.label}
        showKeys={isFocused}
      />
      <ObjectList
        title={t("spans.title")}
        objects={spans.map((span) => ({
          key: `${span.start}-${span.end}-${span.category}`,
          text: index.slice(span.start, Math.min(span.end, span.start + 80)),
          note: titleOfCategory(categories, span.category),
          colors: colorsOfCategory(categories, span.category),
        }))}
        selected={selected}
        onSelect={(position) => {
          onFocus();
          editing.select(position);
        }}
        empty={t("spans.empty")}
      />
    </>
  );
}

export function SpansEditor(props: EditorProps<"spans">) {
  const { question, isFocused, onFocus, data, stage, neighbours } = props;
  const { t } = useTranslation("labelTypes");
  const value = data[question.on];
  const text = typeof value === "string" ? value : "";
  const index = useMemo(() => new TextIndex(text), [text]);
  const handle = useRef<TextStageHandle>(null);
  const editing = useSpans(props, index, handle);
  const { spans } = editing;
  useScope({
    floor: "stage",
    title: t("keys.text"),
    commands: spansCommands(t, editing),
    isActive: isFocused,
  });
  useEffect(() => {
    if (isFocused && stage) handle.current?.focus();
  }, [isFocused, stage]);
  const marks = useMemo(
    () => [...marksOf(question, spans, index), ...neighbourMarks(neighbours, index)],
    [question, spans, index, neighbours],
  );
  const textStage = (
    <TextStage
      ref={handle}
      text={text}
      marks={marks}
      label={titleOf(question)}
      caret={isFocused ? editing.caret : null}
      onCaret={(caret) => {
        onFocus();
        editing.setCaret(caret);
      }}
      onPress={(unit) => {
        onFocus();
        editing.press(unit);
      }}
    />
  );
  return (
    <>
      <SpansPanel {...props} index={index} editing={editing} />
      {stage ? createPortal(textStage, stage) : null}
    </>
  );
}
