import { useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Answer, ItemData, Label, Question } from "../../core/schema";
import { isRequired, titleOf } from "../../core/schema";
import { labelTypeOf } from "../index";
import type { Change } from "../types";
import { neighboursOf } from "./owners";
import classes from "./QuestionSection.module.css";

interface Props {
  question: Question;
  /** The questions that are shown now, this one among them. */
  questions: readonly Question[];
  /** Counted from 1; null when it is the only one. */
  number: number | null;
  answer: Answer;
  data: ItemData;
  isFocused: boolean;
  stage: HTMLElement | null;
  problems: readonly string[];
  onChange: (question: string, label: Label | undefined, change?: Change) => void;
  onFocus: (question: string) => void;
}

const ROLES: Record<string, string> = { choice: "radiogroup", rating: "radiogroup" };

/** Brings the browser's focus to where the cursor is; a stage takes it itself. */
function useFocus(isFocused: boolean, isDrawn: boolean) {
  const ref = useRef<HTMLElement>(null);
  useEffect(() => {
    const section = ref.current;
    if (!isFocused || !section) return;
    section.scrollIntoView({ block: "nearest" });
    if (isDrawn || section.contains(document.activeElement)) return;
    (section.querySelector<HTMLElement>("[data-cursor]") ?? section).focus({
      preventScroll: true,
    });
  }, [isFocused, isDrawn]);
  return ref;
}

function Head({ question, number }: Pick<Props, "question" | "number">) {
  const { t } = useTranslation("labelTypes");
  return (
    <header className={classes.head}>
      {number === null ? null : <span className={classes.number}>{number}</span>}
      <h3 className={classes.title}>{titleOf(question)}</h3>
      {isRequired(question) ? null : (
        <span className={classes.optional}>{t("answer.optional")}</span>
      )}
    </header>
  );
}

export function QuestionSection(props: Props) {
  const { question, questions, answer, data, isFocused, stage, problems } = props;
  const { onChange, onFocus } = props;
  const { t } = useTranslation("labelTypes");
  const type = labelTypeOf(question.type);
  const ref = useFocus(isFocused, type?.place === "stage");
  const neighbours = useMemo(
    () => neighboursOf(questions, answer, question),
    [questions, answer, question],
  );
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys reach every question without a click
    <section
      ref={ref}
      className={classes.section}
      data-focused={isFocused || undefined}
      data-alone={props.number === null || undefined}
      data-wrong={problems.length > 0 || undefined}
      role={ROLES[question.type] ?? "group"}
      aria-label={titleOf(question)}
      aria-current={isFocused || undefined}
      tabIndex={-1}
      onClick={() => onFocus(question.id)}
    >
      <Head question={question} number={props.number} />
      {question.help ? <p className={classes.help}>{question.help}</p> : null}
      {problems.map((problem) => (
        <p key={problem} className={classes.problem} role="alert">
          {problem}
        </p>
      ))}
      {type ? (
        <type.Editor
          question={question}
          label={answer[question.id]}
          onChange={(label, change) => onChange(question.id, label, change)}
          isFocused={isFocused}
          onFocus={() => onFocus(question.id)}
          data={data}
          stage={stage}
          neighbours={neighbours}
        />
      ) : (
        <p className={classes.problem}>{t("answer.unknownType")}</p>
      )}
    </section>
  );
}
