import type { SkipReason } from "../../api/types";
import { dueBelow, problemsOf } from "../../core/check";
import { visibleAnswer } from "../../core/conditions";
import type { Keymap } from "../../core/keymap/keymap";
import { type Label, type LabelSchema, withLabel } from "../../core/schema";
import type { Change } from "../../labelTypes/types";
import type { WorkspaceActions } from "./commands";
import type { Session } from "./session/session";
import type { Sheet } from "./session/types";
import type { CursorControl } from "./useCursor";
import type { View } from "./useView";

interface Hands {
  session: Session;
  sheet: Sheet;
  schema: LabelSchema;
  cursor: CursorControl;
  view: View;
  isPast: boolean;
  keymap: Keymap | null;
}

/** What the model said, over what was said already; null when there is nothing to take over. */
export function adoptable({ sheet, schema }: Pick<Hands, "sheet" | "schema">) {
  const { prediction } = sheet.assignment;
  if (!prediction) return null;
  const { answer } = sheet.history.present;
  const adopted = visibleAnswer(schema, { ...answer, ...prediction.answer });
  return JSON.stringify(adopted) === JSON.stringify(visibleAnswer(schema, answer))
    ? null
    : adopted;
}

/** Tab is ours while the cursor is among the questions or nowhere; elsewhere it is the browser's. */
function isAmongQuestions(event: KeyboardEvent): boolean {
  const { target } = event;
  if (!(target instanceof Element) || target === document.body) return true;
  return (
    target.closest("main, aside, [data-shell]") !== null && !target.closest("header, footer, nav")
  );
}

function isInNote(element: Element | null): boolean {
  return element instanceof HTMLTextAreaElement && element.dataset.cursor === undefined;
}

function focusQuestion(): void {
  document.querySelector<HTMLElement>("[data-part=panel] > [aria-current]")?.focus();
}

export interface Actions extends WorkspaceActions {
  change: (question: string, label: Label | undefined, change?: Change) => void;
  sendSkip: (reason: SkipReason, comment: string) => void;
  /** The whole answer at once, where Enter would first go on to what is still due. */
  send: () => void;
}

export function useActions(hands: Hands): Actions {
  const { session, sheet, schema, cursor, view, keymap } = hands;
  const { answer } = sheet.history.present;
  const submit = async () => {
    if (await session.submit()) return;
    const [first] = problemsOf(schema, answer, session.state.read().check);
    if (first) cursor.focus(first.question);
  };
  return {
    send: () => void submit(),
    submit: () => {
      const { showsShortfalls, check } = session.state.read();
      const at = showsShortfalls ? null : cursor.focused;
      const next = at ? dueBelow(schema, answer, at.id, check) : null;
      if (next === null) void submit();
      else cursor.focus(next);
    },
    adopt: () => {
      const adopted = adoptable(hands);
      if (!adopted) return;
      session.edit((draft) => ({ ...draft, answer: adopted }));
    },
    skip: () => {
      if (!hands.isPast) view.open("skip");
    },
    undo: () => session.undo(),
    redo: () => session.redo(),
    lookBack: () => session.look(-1),
    lookAhead: () => session.look(1),
    unsure: () => session.edit((draft) => ({ ...draft, isUnsure: !draft.isUnsure })),
    note: () => {
      view.setNote(sheet.assignment.id);
      // A new one takes the focus as it opens.
      document.querySelector<HTMLElement>("[data-note]")?.focus();
    },
    guideline: () => view.open("guideline"),
    focusMode: () => view.toggleFocusMode(),
    keys: () => view.open("keys"),
    step: (direction, event) => {
      const isTab = event.key === "Tab";
      if (isTab && (!isAmongQuestions(event) || keymap?.singleKeys.read() === false)) return false;
      return cursor.step(direction);
    },
    goTo: (number) => cursor.goTo(number),
    leave: () => {
      view.setNote(null);
      // Out of a note it goes back to the question, which kept the cursor.
      if (isInNote(document.activeElement)) return focusQuestion();
      cursor.focus(null);
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    },
    change: (question, label, change) => {
      session.setLabel(question, label, change?.joins);
      if (change?.isDone) cursor.advance(question, withLabel(answer, question, label));
    },
    sendSkip: (reason, comment) => {
      view.close();
      void session.skip(reason, comment);
    },
  };
}
