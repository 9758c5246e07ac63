import { useTranslation } from "react-i18next";
import { strokeParts } from "../../../core/keymap/strokes";
import type { Question } from "../../../core/schema";
import { labelTypeOf } from "../../../labelTypes";
import { Keys } from "../../../stages/keyboard/Keys";
import { Kbd } from "../../../ui/Kbd";
import classes from "../Workspace.module.css";

interface Props {
  focused: Question | null;
  isPast: boolean;
  isOpen: boolean;
  isUnsure: boolean;
  onUndo: () => void;
  onSkip: () => void;
  onUnsure: () => void;
  onSubmit: () => void;
}

interface ButtonProps {
  words: string;
  stroke: string;
  isPressed?: boolean;
  isMain?: boolean;
  isDisabled?: boolean;
  onClick: () => void;
}

export function BarButton(props: ButtonProps) {
  return (
    <button
      type="button"
      className={props.isMain ? classes.submit : classes.button}
      aria-pressed={props.isPressed}
      disabled={props.isDisabled}
      // Focus stays with the question: Enter must submit, not press this again.
      onMouseDown={(event) => event.preventDefault()}
      onClick={props.onClick}
    >
      {props.words} <Keys stroke={props.stroke} />
    </button>
  );
}

/** "KeyQ–KeyT" is a range; its ends are shown as people know them. */
function keyCaps(stroke: string): string[] {
  const ends = stroke.split("–");
  if (ends.length === 2) return [ends.map((end) => strokeParts(end).join("")).join("–")];
  return strokeParts(stroke);
}

function Hints({ question }: { question: Question | null }) {
  const { t } = useTranslation("labelTypes");
  const hints = question ? (labelTypeOf(question.type)?.hints(question) ?? []) : [];
  return (
    <div className={classes.hints}>
      {hints.map((hint) => (
        <span key={hint.words} className={classes.hint}>
          {t(`hints.${hint.words}`)}
          {hint.keys.flatMap(keyCaps).map((cap) => (
            <Kbd key={cap}>{cap}</Kbd>
          ))}
        </span>
      ))}
    </div>
  );
}

export function BottomBar(props: Props) {
  const { focused, isPast, isOpen, isUnsure } = props;
  const { t } = useTranslation("workspace");
  return (
    <footer className={classes.bottom}>
      <BarButton words={t("bar.undo")} stroke="KeyZ" onClick={props.onUndo} />
      <BarButton words={t("bar.skip")} stroke="KeyS" isDisabled={isPast} onClick={props.onSkip} />
      <BarButton
        words={t("bar.unsure")}
        stroke="KeyU"
        isPressed={isUnsure}
        isDisabled={!isOpen}
        onClick={props.onUnsure}
      />
      <Hints question={focused} />
      <BarButton
        words={t(isPast ? "bar.correct" : "bar.submit")}
        stroke={focused?.type === "text" ? "ctrl+Enter" : "Enter"}
        isMain
        isDisabled={!isOpen}
        onClick={props.onSubmit}
      />
    </footer>
  );
}
