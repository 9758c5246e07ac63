import type { TFunction } from "i18next";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Work } from "../../api/types";
import type { OutboxState } from "../../core/outbox/outbox";
import { AnswerEditor } from "../../labelTypes/answering/AnswerEditor";
import { useKeymap } from "../../stages/keyboard/KeymapProvider";
import { KeysDialog } from "../../stages/keyboard/KeysDialog";
import { useScope } from "../../stages/keyboard/useScope";
import { codeText } from "../../ui/errorText";
import { workspaceCommands } from "./commands";
import { GuidelineDialog } from "./dialogs/GuidelineDialog";
import { SkipDialog } from "./dialogs/SkipDialog";
import { BarButton, BottomBar } from "./parts/BottomBar";
import { GuidelineCard } from "./parts/GuidelineCard";
import { NoteField } from "./parts/NoteField";
import { Notices } from "./parts/Notices";
import { OwnSimilar } from "./parts/OwnSimilar";
import { Suggestion } from "./parts/Suggestion";
import type { Session } from "./session/session";
import type { PastSheet, SessionState, Sheet } from "./session/types";
import { type Actions, adoptable, useActions } from "./useActions";
import { useCursor } from "./useCursor";
import { useProblems } from "./useProblems";
import type { View } from "./useView";

interface Props {
  session: Session;
  state: SessionState;
  sheet: Sheet | PastSheet;
  work: Work;
  outbox: OutboxState;
  isOnline: boolean;
  view: View;
}

function refusalOf(sheet: Sheet | PastSheet, outbox: OutboxState, t: TFunction<"workspace">) {
  const id = "refused" in sheet ? sheet.refused : null;
  const refusal = outbox.attention.find((entry) => entry.id === id)?.refusal;
  return refusal ? codeText(refusal, t) : null;
}

function Dialogs({ view, work, actions }: { view: View; work: Work; actions: Actions }) {
  if (view.dialog === "keys") return <KeysDialog onClose={view.close} />;
  if (view.dialog === "skip") return <SkipDialog onSkip={actions.sendSkip} onClose={view.close} />;
  if (view.dialog === "guideline") {
    return <GuidelineDialog guideline={work.guideline} onClose={view.close} />;
  }
  return null;
}

function PanelFoot({ session, sheet, work, view }: Props) {
  if (view.isFocusMode) return null;
  return (
    <>
      <NoteField
        comment={sheet.history.present.comment}
        isOpen={view.noteOf === sheet.assignment.id}
        onOpen={() => view.setNote(sheet.assignment.id)}
        onChange={(comment) => session.edit((draft) => ({ ...draft, comment }), "comment")}
      />
      {work.shows_own_similar && !("isOpen" in sheet) ? (
        <OwnSimilar
          key={sheet.assignment.id}
          assignment={sheet.assignment.id}
          schema={work.guideline.schema}
        />
      ) : null}
      <GuidelineCard guideline={work.guideline} onOpen={() => view.open("guideline")} />
    </>
  );
}

/** An item in hand: its stage and panel, the bar below, and the keys. */
export function SheetView(props: Props) {
  const { session, state, sheet, work, outbox, view } = props;
  const { t } = useTranslation("workspace");
  const { schema } = work.guideline;
  const { assignment, history } = sheet;
  const isPast = "isOpen" in sheet;
  const isOpen = !isPast || (sheet as PastSheet).isOpen;
  const cursor = useCursor(assignment.id, schema, history.present.answer);
  const keymap = useKeymap();
  const actions = useActions({ session, sheet, schema, cursor, view, isPast, keymap });
  const problems = useProblems(state, schema);
  useScope({
    floor: "workspace",
    title: t("keys.title"),
    commands: workspaceCommands(t, actions),
  });
  const head: ReactNode = (
    <>
      {view.isFocusMode ? (
        <BarButton words={t("bar.leaveFocusMode")} stroke="KeyF" onClick={view.toggleFocusMode} />
      ) : null}
      <Suggestion
        schema={schema}
        assignment={assignment}
        isCheck={sheet.isChecked === true && assignment.has_check}
        isAdopted={adoptable({ sheet, schema }) === null}
        onAdopt={actions.adopt}
      />
    </>
  );
  return (
    <>
      <Notices
        work={work}
        view={view}
        isOnline={props.isOnline}
        isPast={isPast}
        isOpen={isOpen}
        refusal={problems.byQuestion[""]?.[0] ?? refusalOf(sheet, outbox, t)}
        cameBack={isPast ? null : (assignment.earlier?.note ?? null)}
        unsent={problems.unsent}
        onBack={() => session.open(null)}
        onDismiss={() => void session.dismiss(("refused" in sheet && sheet.refused) || "")}
      />
      <AnswerEditor
        key={assignment.id}
        schema={schema}
        data={assignment.item.data}
        answer={history.present.answer}
        focused={cursor.focused?.id ?? null}
        problems={problems.byQuestion}
        onChange={actions.change}
        onFocus={cursor.focus}
        panelHead={head}
        panelFoot={<PanelFoot {...props} />}
      />
      <BottomBar
        cursor={cursor}
        schema={schema}
        isPast={isPast}
        isOpen={isOpen}
        isUnsure={history.present.isUnsure}
        onUndo={actions.undo}
        onSkip={actions.skip}
        onUnsure={actions.unsure}
        onSubmit={actions.send}
      />
      <Dialogs view={view} work={work} actions={actions} />
    </>
  );
}
