import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Answer, Dispute } from "../../../api/types";
import { inputsOf, type LabelSchema, type Question, titleOf } from "../../../core/schema";
import { labelTypeOf } from "../../../labelTypes";
import { ItemStage } from "../../../labelTypes/answering/ItemStage";
import { isDrawn } from "../../../labelTypes/answering/owners";
import { useFormat } from "../../../ui/format";
import { Gap } from "../../../ui/Gap";
import { Tag } from "../../../ui/Tag";
import classes from "../Desk.module.css";
import { AgreementMatrix } from "./AgreementMatrix";
import { DisputeTags } from "./DisputeTags";
import { Precedents } from "./Precedents";

interface Props {
  dispute: Dispute;
  schema: LabelSchema;
  showsModel: boolean;
}

const NOTHING_DRAWN: ReadonlySet<string> = new Set();
const ignoreSlot = () => undefined;

/** Below this, voters see a thing differently often enough to look closer. */
const HIGH = 0.8;

function QuestionCard({ dispute, question, showsModel }: Props & { question: Question }) {
  const { t } = useTranslation("desk");
  const { decimal } = useFormat();
  const type = labelTypeOf(question.type);
  const { votes, prediction, own, readings } = dispute;
  const you = t("you");
  const voices = useMemo(() => {
    const voice = (name: string, answer: Answer, isModel = false) => ({
      name,
      label: answer[question.id],
      isModel,
    });
    return [
      ...(own ? [voice(you, own)] : []),
      ...readings.map(({ reader, answer }) => voice(reader, answer)),
      ...votes.map(({ voter, answer }) => voice(voter, answer)),
      ...(prediction && showsModel ? [voice("M", prediction.answer, true)] : []),
    ];
  }, [votes, prediction, own, readings, you, showsModel, question.id]);
  // A question nobody was shown has nothing to compare.
  if (!type || voices.every((voice) => voice.label === undefined)) return null;
  const agreement = dispute.agreement[question.id];
  const observed = agreement?.observed ?? null;
  return (
    <section className={classes.card} aria-label={titleOf(question)}>
      <header className={classes.cardHead}>
        <h2>{titleOf(question)}</h2>
        {observed === null ? null : (
          <Tag tone={observed >= HIGH ? "good" : "warn"}>
            {t("agreement.observed", { value: decimal(observed) })}
          </Tag>
        )}
      </header>
      <div className={classes.compared} data-place={type.place}>
        <div>
          <type.Comparison question={question} data={dispute.data} voices={voices} />
        </div>
        {agreement ? (
          <AgreementMatrix agreement={agreement} voters={votes.map((vote) => vote.voter)} />
        ) : null}
      </div>
    </section>
  );
}

function Comments({ dispute }: { dispute: Dispute }) {
  const { t } = useTranslation("desk");
  const said = [
    ...dispute.readings.map(({ reader, reason }) => ({ voter: reader, comment: reason })),
    ...dispute.votes,
  ].filter((vote) => vote.comment !== "");
  if (said.length === 0) return null;
  return (
    <section className={classes.card}>
      <header className={classes.cardHead}>
        <h2>{t("comments")}</h2>
      </header>
      <dl className={classes.comments}>
        {said.map((vote) => (
          <div key={vote.voter}>
            <dt>{vote.voter}</dt>
            <dd>{vote.comment}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** The item, and what each voter said of it. */
export function DisputeView({ project, ...props }: Props & { project: number }) {
  const { dispute, schema } = props;
  const { t } = useTranslation("desk");
  const plain = useMemo(() => {
    const drawn = new Set(schema.questions.filter(isDrawn).flatMap(inputsOf));
    return { ...schema, inputs: schema.inputs.filter((input) => !drawn.has(input.id)) };
  }, [schema]);
  // What is drawn on the item shows the item, so it comes first.
  const ordered = [...schema.questions].sort((a, b) => Number(isDrawn(b)) - Number(isDrawn(a)));
  return (
    <main className={classes.item}>
      <DisputeTags dispute={dispute} />
      {dispute.escalation ? (
        <p className={classes.reason}>
          <strong>{t("escalate.said")}</strong>
          <Gap />
          {dispute.escalation}
        </p>
      ) : null}
      <p className={classes.reason} title={dispute.reason.sentence}>
        <strong>{t("why")}</strong>
        <Gap />
        {t(`reasons.${dispute.reason.code}`, {
          ...dispute.reason,
          defaultValue: dispute.reason.sentence,
        })}
      </p>
      {plain.inputs.length > 0 ? (
        <div className={classes.plain}>
          <ItemStage
            schema={plain}
            data={dispute.data}
            drawnOn={NOTHING_DRAWN}
            onSlot={ignoreSlot}
          />
        </div>
      ) : null}
      {ordered.map((question) => (
        <QuestionCard key={question.id} question={question} {...props} />
      ))}
      <Comments dispute={dispute} />
      <Precedents project={project} item={dispute.item} schema={schema} />
    </main>
  );
}
