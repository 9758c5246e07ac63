import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Dispute } from "../../api/types";
import { confirmNothing, faultsOf, nextOpen, nextUnanswered, problemsOf } from "../../core/check";
import { visibleAnswer, visibleQuestions } from "../../core/conditions";
import { type LabelSchema, withLabel } from "../../core/schema";
import { AnswerEditor } from "../../labelTypes/answering/AnswerEditor";
import { namedProblemText, problemText } from "../../labelTypes/answering/problemText";
import { useScope } from "../../stages/keyboard/useScope";
import { deskCommands } from "./commands";
import classes from "./Desk.module.css";
import { BlindPanel } from "./parts/BlindPanel";
import { DisputeView } from "./parts/DisputeView";
import { PanelFoot } from "./parts/PanelFoot";
import { VerdictPanel } from "./parts/VerdictPanel";
import type { DeskControl } from "./useDesk";
import {
  adoptedBy,
  answerOf,
  type Choice,
  isBlind,
  isBlocked,
  KEEP,
  missingBlind,
  missingOf,
  OWN,
  startOwn,
} from "./verdict";

interface Props {
  project: number;
  desk: DeskControl;
  dispute: Dispute;
  schema: LabelSchema;
  /** A lead is where it ends: there is nobody to leave a dispute to. */
  canEscalate: boolean;
  onKeys: () => void;
}

/** Leaving a dispute to the leads: null while nobody thinks of it, else the reason so far. */
function useLeaving({
  desk,
  dispute,
  canEscalate,
}: Pick<Props, "desk" | "dispute" | "canEscalate">) {
  // It outlives the page as the verdict does, and the right to leave it may not.
  const mayLeave = canEscalate && !isBlocked(dispute);
  const reason = mayLeave ? (desk.verdict.leaving ?? null) : null;
  const setReason = (leaving: string | null) =>
    desk.setVerdict((before) => ({ ...before, leaving }));
  const isOpen = reason !== null;
  return {
    reason,
    isOpen,
    setReason,
    open: () => {
      if (mayLeave) setReason(desk.verdict.reason);
    },
    close: () => setReason(null),
    send: () => {
      if (reason?.trim()) desk.escalate(reason.trim());
    },
  };
}

function useDeciding({ desk, dispute, schema, canEscalate }: Omit<Props, "onKeys" | "project">) {
  const blind = isBlind(dispute);
  const reasonRef = useRef<HTMLInputElement>(null);
  const first = schema.questions[0]?.id ?? null;
  const [focused, setFocused] = useState<string | null>(blind ? first : null);
  const [showsMissing, setShowsMissing] = useState(false);
  const leaving = useLeaving({ desk, dispute, canEscalate });
  const { verdict, setVerdict } = desk;
  const missing = blind ? missingBlind(verdict, schema) : missingOf(dispute, verdict, schema);

  const choose = (choice: Choice) => {
    if (isBlocked(dispute)) return;
    if (choice === OWN) {
      setVerdict((before) => startOwn(dispute, before, schema));
      setFocused(first);
      return;
    }
    setVerdict((before) => ({ ...before, choice }));
    setFocused(null);
    // One key keeps the answer: there is nothing to explain.
    if (choice === KEEP && dispute.own) desk.decide(dispute.own, null);
    // What is left to say is why.
    else reasonRef.current?.focus();
  };
  const showMissing = () => {
    setShowsMissing(true);
    if (missing === "reason") reasonRef.current?.focus();
    if (missing === "own") setFocused(nextUnanswered(schema, verdict.own, null));
  };
  /** Null when something is missing; nothing marked is an answer once it was asked about. */
  const finished = () => {
    if (missing === null) return blind ? verdict.own : answerOf(dispute, verdict);
    const isAsked = missing === "own" && showsMissing && (blind || verdict.reason.trim() !== "");
    return isAsked ? confirmNothing(schema, verdict.own) : null;
  };
  const decide = () => {
    if (isBlocked(dispute)) return;
    if (leaving.isOpen) {
      leaving.send();
      return;
    }
    const answer = finished();
    if (!answer) showMissing();
    else if (blind) desk.reveal(visibleAnswer(schema, answer));
    else desk.decide(visibleAnswer(schema, answer), adoptedBy(verdict));
  };
  /** False past the last question, where Tab goes on to the verdict. */
  const step = (direction: 1 | -1): boolean => {
    if (focused === null) return false;
    const order = visibleQuestions(schema, verdict.own).map((question) => question.id);
    const next = order[order.indexOf(focused) + direction];
    if (next !== undefined) setFocused(next);
    return next !== undefined;
  };
  const goTo = (number: number) => {
    const question = visibleQuestions(schema, verdict.own)[number - 1];
    if (question) setFocused(question.id);
  };
  return {
    step,
    goTo,
    reasonRef,
    focused,
    setFocused,
    showsMissing,
    missing,
    choose,
    decide,
    leaving,
  };
}

type Control = ReturnType<typeof useDeciding>;

/** The expert's own answer, in the annotators' own editors. */
function OwnAnswer({
  desk,
  dispute,
  schema,
  control,
}: Pick<Props, "desk" | "dispute" | "schema"> & { control: Control }) {
  const { t } = useTranslation("labelTypes");
  const { own } = desk.verdict;
  const wrong = control.showsMissing || desk.check ? problemsOf(schema, own, desk.check) : [];
  const problems = Object.fromEntries(
    wrong.map((problem) => [problem.question, [problemText(problem, t)]]),
  );
  return (
    <div className={classes.own}>
      <AnswerEditor
        schema={schema}
        data={dispute.data}
        answer={own}
        focused={control.focused}
        problems={problems}
        onFocus={control.setFocused}
        onChange={(question, label, change) => {
          const changed = withLabel(own, question, label);
          desk.setVerdict((before) => ({ ...before, own: changed }));
          const next = change?.isDone ? nextOpen(schema, changed, question) : null;
          if (next !== null) control.setFocused(next);
        }}
      />
    </div>
  );
}

/** Why the answer that was decided on could not even be sent; null when it could. */
function useUnsent({ desk, dispute, schema }: Pick<Props, "desk" | "dispute" | "schema">) {
  const { t } = useTranslation("labelTypes");
  const answer = isBlind(dispute) ? desk.verdict.own : answerOf(dispute, desk.verdict);
  if (!desk.check || !answer) return null;
  const [fault] = faultsOf(schema, answer, desk.check);
  return fault ? namedProblemText(fault, schema, t) : null;
}

/** A dispute on the desk: first the own answer, blind; then the votes beside it and the verdict. */
export function Deciding(props: Props) {
  const { desk, dispute, schema, canEscalate } = props;
  const { t } = useTranslation("desk");
  const [showsModel, setShowsModel] = useState(true);
  const control = useDeciding(props);
  const unsent = useUnsent(props);
  const { verdict, setVerdict } = desk;
  const handleReason = (reason: string) => setVerdict((before) => ({ ...before, reason }));
  useScope({
    floor: "workspace",
    title: t("title"),
    commands: deskCommands(t, dispute, {
      choose: control.choose,
      phrase: handleReason,
      decide: control.decide,
      step: control.step,
      goTo: control.goTo,
      reason: () => control.reasonRef.current?.focus(),
      toggleModel: () => setShowsModel((before) => !before),
      escalate: control.leaving.open,
      next: () => desk.claim(undefined),
      keys: props.onKeys,
      leave: () => {
        if (control.leaving.isOpen) return control.leaving.close();
        control.setFocused(null);
        if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      },
    }),
  });
  const shared = {
    dispute,
    missing: control.missing,
    unsent,
    showsMissing: control.showsMissing,
    isDeciding: desk.isDeciding,
    onDecide: control.decide,
    foot: <PanelFoot dispute={dispute} leaving={canEscalate ? control.leaving : null} />,
  };
  if (isBlind(dispute)) {
    return (
      <>
        <OwnAnswer {...props} control={control} />
        <BlindPanel {...shared} />
      </>
    );
  }
  return (
    <>
      {verdict.choice === OWN ? (
        <OwnAnswer {...props} control={control} />
      ) : (
        <DisputeView
          project={props.project}
          dispute={dispute}
          schema={schema}
          showsModel={showsModel}
        />
      )}
      <VerdictPanel
        {...shared}
        schema={schema}
        verdict={verdict}
        isBlocked={isBlocked(dispute)}
        onChoose={control.choose}
        onReason={handleReason}
        reasonRef={control.reasonRef}
      />
    </>
  );
}
