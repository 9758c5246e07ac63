import { type ReactNode, useCallback, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { visibleQuestions } from "../../core/conditions";
import type { Answer, ItemData, Label, LabelSchema } from "../../core/schema";
import { inputsOf } from "../../core/schema";
import { SchemaInputs } from "../shared/inputs";
import type { Change } from "../types";
import classes from "./AnswerEditor.module.css";
import { ItemStage } from "./ItemStage";
import { isDrawn, ownersOf } from "./owners";
import { QuestionSection } from "./QuestionSection";
import { useReading } from "./useReading";

export interface AnswerEditorProps {
  schema: LabelSchema;
  data: ItemData;
  answer: Answer;
  /** The question that has the cursor. */
  focused: string | null;
  problems: Readonly<Record<string, readonly string[]>>;
  onChange: (question: string, label: Label | undefined, change?: Change) => void;
  onFocus: (question: string) => void;
  /** Below the item, in the middle of the screen. */
  stageFooter?: ReactNode;
  /** Above and below the questions. */
  panelHead?: ReactNode;
  panelFoot?: ReactNode;
  /** Inside another screen's main part, so it is not the page's main part itself. */
  isNested?: boolean;
}

const NO_PROBLEMS: readonly string[] = [];

/** Remembers the order in which questions had the cursor, so that a stage keeps its question. */
function useLatest(focused: string | null): readonly string[] {
  const [latest, setLatest] = useState<readonly string[]>([]);
  if (focused !== null && latest.at(-1) !== focused) {
    setLatest([...latest.filter((id) => id !== focused), focused]);
  }
  return latest;
}

/** The elements the inputs' labels are drawn into, as soon as the browser has them. */
function useSlots() {
  const [slots, setSlots] = useState<Readonly<Record<string, HTMLElement | null>>>({});
  const setSlot = useCallback((input: string, element: HTMLElement | null) => {
    setSlots((before) => (before[input] === element ? before : { ...before, [input]: element }));
  }, []);
  return { slots, setSlot };
}

/**
 * An item and its questions, to be answered: two elements, the stage and the panel, which the
 * caller's grid puts in their places. Give it the item's id as `key`: cursors start anew with it.
 */
export function AnswerEditor(props: AnswerEditorProps) {
  const { schema, data, answer, focused, problems, onChange, onFocus } = props;
  const { t } = useTranslation("labelTypes");
  const [Stage, Questions] = props.isNested
    ? (["div", "section"] as const)
    : (["main", "aside"] as const);
  const questions = useMemo(() => visibleQuestions(schema, answer), [schema, answer]);
  const owners = ownersOf(questions, useLatest(focused));
  const { slots, setSlot } = useSlots();
  const stageRef = useRef<HTMLElement & HTMLDivElement>(null);
  useReading(stageRef);
  const drawnOn = useMemo(() => new Set(questions.filter(isDrawn).flatMap(inputsOf)), [questions]);
  const stageOf = (question: string, inputs: string[]) => {
    const [input] = inputs;
    return input !== undefined && owners.get(input) === question ? (slots[input] ?? null) : null;
  };
  return (
    <SchemaInputs value={schema.inputs}>
      <Stage ref={stageRef} className={classes.stage} data-part="stage">
        <ItemStage schema={schema} data={data} drawnOn={drawnOn} onSlot={setSlot}>
          {props.stageFooter}
        </ItemStage>
      </Stage>
      <Questions className={classes.panel} data-part="panel" aria-label={t("answer.questions")}>
        {props.panelHead}
        {questions.map((question, index) => (
          <QuestionSection
            key={question.id}
            question={question}
            questions={questions}
            number={questions.length > 1 ? index + 1 : null}
            answer={answer}
            data={data}
            isFocused={question.id === focused}
            stage={stageOf(question.id, isDrawn(question) ? inputsOf(question) : [])}
            problems={problems[question.id] ?? NO_PROBLEMS}
            onChange={onChange}
            onFocus={onFocus}
          />
        ))}
        {props.panelFoot}
      </Questions>
    </SchemaInputs>
  );
}
