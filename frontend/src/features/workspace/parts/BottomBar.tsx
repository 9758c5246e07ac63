import { useTranslation } from "react-i18next";
import { strokeParts } from "../../../core/keymap/strokes";
import type { LabelSchema } from "../../../core/schema";
import { labelTypeOf } from "../../../labelTypes";
import { NEXT_QUESTION, questionHint, ZOOM } from "../../../labelTypes/shared/hints";
import type { Hint } from "../../../labelTypes/types";
import { Keys } from "../../../stages/keyboard/Keys";
import { Kbd } from "../../../ui/Kbd";
import type { CursorControl } from "../useCursor";
import classes from "../Workspace.module.css";

interface Props {
  cursor: Pick<CursorControl, "focused" | "nextNumber">;
  schema: LabelSchema;
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
  /** Its own key reaches it, so Tab need not. */
  isSkippedByTab?: boolean;
  onClick: () => void;
}

export function BarButton(props: ButtonProps) {
  return (
    <button
      type="button"
      className={props.isMain ? classes.submit : classes.button}
      aria-pressed={props.isPressed}
      disabled={props.isDisabled}
      tabIndex={props.isSkippedByTab ? -1 : undefined}
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

/** Of the keys in hand, those that lead somewhere with this schema. */
function hintsOf({ cursor, schema }: Props): readonly Hint[] {
  const { focused, nextNumber } = cursor;
  const type = focused ? labelTypeOf(focused.type) : undefined;
  const own = focused && type ? type.hints(focused) : [];
  const due = schema.questions.length > 1 ? own : own.filter((hint) => hint !== NEXT_QUESTION);
  if (type?.place === "stage" && nextNumber !== null) return [questionHint(nextNumber), ...due];
  const hasPicture = schema.inputs.some((input) => input.type === "image");
  return hasPicture && type?.place === "panel" ? [...due, ZOOM] : due;
}

function Hints({ hints }: { hints: readonly Hint[] }) {
  const { t } = useTranslation("labelTypes");
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
  const { isPast, isOpen, isUnsure } = props;
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
      <Hints hints={hintsOf(props)} />
      <BarButton
        words={t(isPast ? "bar.correct" : "bar.submit")}
        stroke={props.cursor.focused?.type === "text" ? "ctrl+Enter" : "Enter"}
        isMain
        isDisabled={!isOpen}
        onClick={props.onSubmit}
      />
    </footer>
  );
}
