import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Dispute } from "../../api/types";
import { confirmNothing, faultsOf, nextUnanswered, problemsOf } from "../../core/check";
import { visibleAnswer, visibleQuestions } from "../../core/conditions";
import { type LabelSchema, withLabel } from "../../core/schema";
import { AnswerEditor } from "../../labelTypes/answering/AnswerEditor";
import { namedProblemText, problemText } from "../../labelTypes/answering/problemText";
import { useScope } from "../../stages/keyboard/useScope";
import { deskCommands } from "./commands";
import classes from "./Desk.module.css";
import { DisputeView } from "./parts/DisputeView";
import { VerdictPanel } from "./parts/VerdictPanel";
import type { DeskControl } from "./useDesk";
import { answerOf, type Choice, missingOf, OWN, startOwn } from "./verdict";

interface Props {
  desk: DeskControl;
  dispute: Dispute;
  schema: LabelSchema;
  onKeys: () => void;
}

/** Whose turn it is not: another expert holds it, or it has been decided. */
function isBlocked(dispute: Dispute): boolean {
  return dispute.stage === "settled" || (dispute.held && !dispute.held_by_me);
}

function useDeciding({ desk, dispute, schema }: Omit<Props, "onKeys">) {
  const reasonRef = useRef<HTMLInputElement>(null);
  const [focused, setFocused] = useState<string | null>(null);
  const [showsMissing, setShowsMissing] = useState(false);
  const { verdict, setVerdict } = desk;
  const missing = missingOf(dispute, verdict, schema);

  const choose = (choice: Choice) => {
    if (isBlocked(dispute)) return;
    if (choice === OWN) {
      setVerdict((before) => startOwn(dispute, before, schema));
      setFocused(schema.questions[0]?.id ?? null);
      return;
    }
    setVerdict((before) => ({ ...before, choice }));
    setFocused(null);
    // What is left to say is why.
    reasonRef.current?.focus();
  };
  const showMissing = () => {
    setShowsMissing(true);
    if (missing === "reason") reasonRef.current?.focus();
    if (missing === "own") setFocused(nextUnanswered(schema, verdict.own, null));
  };
  /** Null when something is missing; nothing marked is an answer once it was asked about. */
  const finished = () => {
    if (missing === null) return answerOf(dispute, verdict);
    const isAsked = missing === "own" && showsMissing && verdict.reason.trim() !== "";
    return isAsked ? confirmNothing(schema, verdict.own) : null;
  };
  const decide = () => {
    if (isBlocked(dispute)) return;
    const answer = finished();
    if (answer) {
      const adopted = verdict.choice === OWN ? null : verdict.choice;
      desk.decide(visibleAnswer(schema, answer), adopted);
      return;
    }
    showMissing();
  };
  /** False past the last question, where Tab goes on to the verdict. */
  const step = (direction: 1 | -1): boolean => {
    if (focused === null) return false;
    const order = visibleQuestions(schema, verdict.own).map((question) => question.id);
    const next = order[order.indexOf(focused) + direction];
    if (next !== undefined) setFocused(next);
    return next !== undefined;
  };
  return { step, reasonRef, focused, setFocused, showsMissing, missing, choose, decide };
}

type Control = ReturnType<typeof useDeciding>;

/** The expert's own answer, in the annotators' own editors. */
function OwnAnswer({
  desk,
  dispute,
  schema,
  control,
}: Omit<Props, "onKeys"> & { control: Control }) {
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
          const next = change?.isDone ? nextUnanswered(schema, changed, question) : null;
          if (next !== null) control.setFocused(next);
        }}
      />
    </div>
  );
}

/** Why the answer that was decided on could not even be sent; null when it could. */
function useUnsent({ desk, dispute, schema }: Omit<Props, "onKeys">): string | null {
  const { t } = useTranslation("labelTypes");
  const answer = answerOf(dispute, desk.verdict);
  if (!desk.check || !answer) return null;
  const [fault] = faultsOf(schema, answer, desk.check);
  return fault ? namedProblemText(fault, schema, t) : null;
}

/** A dispute on the desk: the votes side by side, or the own answer, and the verdict. */
export function Deciding({ desk, dispute, schema, onKeys }: Props) {
  const { t } = useTranslation("desk");
  const [showsModel, setShowsModel] = useState(true);
  const control = useDeciding({ desk, dispute, schema });
  const unsent = useUnsent({ desk, dispute, schema });
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
      reason: () => control.reasonRef.current?.focus(),
      toggleModel: () => setShowsModel((before) => !before),
      next: () => desk.claim(undefined),
      keys: onKeys,
      leave: () => {
        control.setFocused(null);
        if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      },
    }),
  });
  return (
    <>
      {verdict.choice === OWN ? (
        <OwnAnswer desk={desk} dispute={dispute} schema={schema} control={control} />
      ) : (
        <DisputeView dispute={dispute} schema={schema} showsModel={showsModel} />
      )}
      <VerdictPanel
        dispute={dispute}
        schema={schema}
        verdict={verdict}
        missing={control.missing}
        unsent={unsent}
        showsMissing={control.showsMissing}
        isDeciding={desk.isDeciding}
        isBlocked={isBlocked(dispute)}
        onChoose={control.choose}
        onReason={handleReason}
        onDecide={control.decide}
        reasonRef={control.reasonRef}
      />
    </>
  );
}
