import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ownSimilarQuery } from "../../../api/queries";
import type { LabelSchema } from "../../../api/types";
import { labelTypeOf } from "../../../labelTypes";
import { useFormat } from "../../../ui/format";
import classes from "../Workspace.module.css";

interface Props {
  assignment: string;
  schema: LabelSchema;
}

function Rows({ assignment, schema }: Props) {
  const { t } = useTranslation("workspace");
  const { percent } = useFormat();
  const { data } = useQuery(ownSimilarQuery(assignment));
  if (!data) return null;
  if (data.results.length === 0) return <p className={classes.similarNone}>{t("similar.none")}</p>;
  return (
    <ul className={classes.similar}>
      {data.results.map(({ preview, answer, likeness }) => (
        <li key={preview}>
          <p>{preview}</p>
          {schema.questions.map((question) => {
            const type = labelTypeOf(question.type);
            const label = answer[question.id];
            return type && label !== undefined ? (
              <p key={question.id}>
                <type.Summary question={question} label={label} />
              </p>
            ) : null;
          })}
          <p className={classes.similarNone}>
            {t("similar.likeness", { value: percent(likeness) })}
          </p>
        </li>
      ))}
    </ul>
  );
}

/** The own answers to items like this one; asked for when somebody opens it. */
export function OwnSimilar(props: Props) {
  const { t } = useTranslation("workspace");
  const [isOpen, setOpen] = useState(false);
  return (
    <section className={classes.card} aria-label={t("similar.title")}>
      <button
        type="button"
        className={classes.fold}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {t(isOpen ? "similar.close" : "similar.open")}
      </button>
      {isOpen ? <Rows {...props} /> : null}
    </section>
  );
}
