import { useTranslation } from "react-i18next";
import type { ItemDetail, ItemFinal, LabelSchema } from "../../api/types";
import { EmptyState } from "../../ui/EmptyState";
import { useFormat } from "../../ui/format";
import { Panel } from "../../ui/Panel";
import classes from "./items.module.css";
import { LabelSummary } from "./LabelSummary";
import { ReasonFacts } from "./ReasonFacts";
import { reasonText } from "./reasonText";

interface Props {
  item: ItemDetail;
  schema: LabelSchema;
}

function FinalLabel({ final, schema }: { final: ItemFinal; schema: LabelSchema }) {
  const { t } = useTranslation("items");
  const format = useFormat();
  const sentence = reasonText(final.reason, t, format);
  return (
    <div className={classes.final}>
      <dl className={classes.facts}>
        {schema.questions.map((question) => (
          <div key={question.id} style={{ display: "contents" }}>
            <dt>{question.title || question.id}</dt>
            <dd>
              <LabelSummary question={question} answer={final.answer} />
            </dd>
          </div>
        ))}
        <dt>{t("final.source")}</dt>
        <dd>
          {t(`source.${final.source}`, { defaultValue: final.source })}
          {final.decided_by ? ` · ${final.decided_by}` : ""}
        </dd>
        <dt>{t("final.confidence")}</dt>
        <dd>{format.percent(final.confidence, 1)}</dd>
        <dt>{t("final.at")}</dt>
        <dd>{format.date(final.created_at)}</dd>
      </dl>
      {sentence ? <p className={classes.sentence}>{sentence}</p> : null}
      <ReasonFacts reason={final.reason} schema={schema} />
    </div>
  );
}

export function FinalPanel({ item, schema }: Props) {
  const { t } = useTranslation("items");
  const [latest, ...earlier] = [...item.finals].sort((a, b) => b.id - a.id);
  return (
    <>
      <Panel title={t("final.title")} note={t("final.note")}>
        {latest ? (
          <FinalLabel final={latest} schema={schema} />
        ) : (
          <EmptyState title={t(`final.none.${item.stage}`)} />
        )}
      </Panel>
      {earlier.map((final) => (
        <Panel key={final.id} title={t("final.earlier")}>
          <FinalLabel final={final} schema={schema} />
        </Panel>
      ))}
    </>
  );
}
