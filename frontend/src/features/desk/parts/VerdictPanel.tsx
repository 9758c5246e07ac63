import { TextInput } from "@mantine/core";
import type { TFunction } from "i18next";
import { type ReactNode, type Ref, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Dispute } from "../../../api/types";
import type { Answer, LabelSchema } from "../../../core/schema";
import { labelTypeOf } from "../../../labelTypes";
import { Keys } from "../../../stages/keyboard/Keys";
import { Tag } from "../../../ui/Tag";
import { choiceKey, REASON_KEYS } from "../commands";
import classes from "../Desk.module.css";
import {
  answerOf,
  type Choice,
  choicesOf,
  KEEP,
  type Missing,
  MODEL,
  OWN,
  UNDECIDED,
  type Verdict,
} from "../verdict";
import { Problems } from "./Problems";

interface Props {
  dispute: Dispute;
  schema: LabelSchema;
  verdict: Verdict;
  missing: Missing | null;
  /** Why the answer could not be sent, with the question it is about. */
  unsent: string | null;
  /** The expert tried to decide: what is missing is said from now on. */
  showsMissing: boolean;
  isDeciding: boolean;
  isBlocked: boolean;
  onChoose: (choice: Choice) => void;
  onReason: (reason: string) => void;
  onDecide: () => void;
  reasonRef: Ref<HTMLInputElement>;
  foot: ReactNode;
}

function AnswerSummary({ schema, answer }: { schema: LabelSchema; answer: Answer }) {
  return (
    <span className={classes.summary}>
      {schema.questions.map((question) => {
        const type = labelTypeOf(question.type);
        const label = answer[question.id];
        if (!type || label === undefined) return null;
        return (
          <span key={question.id}>
            <type.Summary question={question} label={label} />
          </span>
        );
      })}
    </span>
  );
}

function titleOfChoice(choice: Choice, t: TFunction<"desk">): string {
  if (choice === KEEP) return t("verdict.keep");
  if (choice === OWN) return t("verdict.own");
  return choice === MODEL ? t("verdict.adoptModel") : t("verdict.adopt", { voter: choice });
}

function ChoiceRow({ choice, ...props }: Props & { choice: Choice }) {
  const { dispute, schema, verdict, isBlocked, onChoose } = props;
  const { t } = useTranslation("desk");
  const vote = dispute.votes.find((other) => other.voter === choice);
  const answer = choice === OWN ? null : answerOf(dispute, { ...UNDECIDED, choice });
  return (
    // biome-ignore lint/a11y/useSemanticElements: a radio input cannot hold the summary and its key
    <button
      type="button"
      role="radio"
      aria-checked={verdict.choice === choice}
      className={classes.choice}
      disabled={isBlocked}
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => onChoose(choice)}
    >
      <span className={classes.choiceHead}>
        <span className={classes.dot} aria-hidden />
        {titleOfChoice(choice, t)}
        {vote?.unsure ? <Tag tone="warn">{t("verdict.unsure")}</Tag> : null}
        <span className={classes.key}>
          <Keys stroke={choiceKey(dispute, choice)} />
        </span>
      </span>
      {answer ? <AnswerSummary schema={schema} answer={answer} /> : null}
    </button>
  );
}

function Reasons({ onReason, isBlocked }: Pick<Props, "onReason" | "isBlocked">) {
  const { t } = useTranslation("desk");
  return (
    <div className={classes.phrases}>
      {REASON_KEYS.map(({ phrase, stroke }) => (
        <button
          key={phrase}
          type="button"
          disabled={isBlocked}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onReason(t(`phrases.${phrase}`))}
        >
          {t(`phrases.${phrase}`)} <Keys stroke={stroke} />
        </button>
      ))}
    </div>
  );
}

/** What had the focus is gone when the votes are shown: it goes to what is asked for now. */
function useFirstFocus() {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (document.activeElement === document.body) ref.current?.focus({ preventScroll: true });
  }, []);
  return ref;
}

/** The decision: whose answer stands, and why. */
export function VerdictPanel(props: Props) {
  const { dispute, verdict, missing, showsMissing, isDeciding, isBlocked } = props;
  const { t } = useTranslation("desk");
  const problem = showsMissing && missing ? t(`missing.${missing}`) : null;
  const choices = useFirstFocus();
  return (
    <section className={classes.verdict} aria-label={t("verdict.title")}>
      <h2 className={classes.heading}>{t("verdict.title")}</h2>
      <div
        ref={choices}
        role="radiogroup"
        aria-label={t("verdict.title")}
        className={classes.choices}
        tabIndex={-1}
      >
        {choicesOf(dispute).map((choice) => (
          <ChoiceRow key={choice} choice={choice} {...props} />
        ))}
      </div>
      <TextInput
        ref={props.reasonRef}
        size="sm"
        label={t("verdict.reason")}
        placeholder={t("verdict.reasonHint")}
        value={verdict.reason}
        disabled={isBlocked}
        maxLength={500}
        error={missing === "reason" ? problem : null}
        onChange={(event) => props.onReason(event.currentTarget.value)}
      />
      <Reasons {...props} />
      <Problems missing={missing === "reason" ? null : problem} unsent={props.unsent} />
      <button
        type="button"
        className={classes.decide}
        disabled={isBlocked || isDeciding}
        onMouseDown={(event) => event.preventDefault()}
        onClick={props.onDecide}
      >
        {t(isDeciding ? "verdict.deciding" : "verdict.decide")} <Keys stroke="Enter" />
      </button>
      {props.foot}
    </section>
  );
}
