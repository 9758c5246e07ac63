import type { RatingQuestion } from "../../core/schema";
import { Keys } from "../../stages/keyboard/Keys";
import { useSingleKeys } from "../../stages/keyboard/useScope";
import { type KeyedOption, useOptionKeys, withKeys } from "../shared/useOptionKeys";
import type { EditorProps } from "../types";
import classes from "./Editor.module.css";

function stepsOf({ min, max }: RatingQuestion): number[] {
  return Array.from({ length: max - min + 1 }, (_, index) => min + index);
}

/** A step's own digit is its key where there is one; else the steps are counted. */
function optionsOf(question: RatingQuestion): KeyedOption[] {
  const steps = stepsOf(question).map((step) => ({ id: `${step}`, title: `${step}` }));
  const hasDigits = question.min >= 0 && question.max <= 9;
  return hasDigits ? steps.map((step) => ({ ...step, stroke: step.id })) : withKeys(steps);
}

function Anchors({ question }: { question: RatingQuestion }) {
  const { anchors, min, max } = question;
  if (!anchors) return null;
  return (
    <div className={classes.anchors}>
      <span>{anchors[`${min}`]}</span>
      <span>{anchors[`${max}`]}</span>
    </div>
  );
}

export function RatingEditor({ question, label, onChange, isFocused }: EditorProps<"rating">) {
  const hasSingleKeys = useSingleKeys();
  const options = optionsOf(question);
  const handlePick = (id: string) => onChange(Number(id), { isDone: true });
  useOptionKeys(options, isFocused, handlePick);
  return (
    <>
      <div className={classes.scale}>
        {options.map(({ id, stroke }) => (
          // biome-ignore lint/a11y/useSemanticElements: a radio input cannot show its key
          <button
            key={id}
            type="button"
            role="radio"
            aria-checked={label === Number(id)}
            title={question.anchors?.[id]}
            className={classes.step}
            tabIndex={hasSingleKeys ? -1 : 0}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => handlePick(id)}
          >
            {id}
            {stroke && stroke !== id && isFocused ? <Keys stroke={stroke} /> : null}
          </button>
        ))}
      </div>
      <Anchors question={question} />
    </>
  );
}
