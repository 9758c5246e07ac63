import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "../../../api/client";
import type { Precedents as Found } from "../../../api/types";
import { type LabelSchema, titleOf } from "../../../core/schema";
import { labelTypeOf } from "../../../labelTypes";
import { useFormat } from "../../../ui/format";
import { Tag } from "../../../ui/Tag";
import classes from "../Desk.module.css";

interface Props {
  project: number;
  item: number;
  schema: LabelSchema;
}

function Case({ found, schema }: { found: Found["cases"][number]; schema: LabelSchema }) {
  const { t } = useTranslation("desk");
  const { percent } = useFormat();
  return (
    <li>
      <p>
        <Tag>{t("precedents.likeness", { value: percent(found.likeness) })}</Tag> {found.preview}
      </p>
      {schema.questions.map((question) => {
        const type = labelTypeOf(question.type);
        const label = found.answer[question.id];
        return type && label !== undefined ? (
          <p key={question.id}>
            <strong>{titleOf(question)}</strong>
            {" · "}
            <type.Summary question={question} label={label} />
          </p>
        ) : null;
      })}
      {found.reason ? <p className={classes.precedentReason}>{found.reason}</p> : null}
    </li>
  );
}

/** The nearest cases that experts settled; the server tells them after the blind pass only. */
export function Precedents({ project, item, schema }: Props) {
  const { t } = useTranslation("desk");
  const { data } = useQuery({
    queryKey: ["precedents", project, item],
    queryFn: () => api.get<Found>(`projects/${project}/disputes/${item}/precedents/`),
  });
  if (!data?.revealed) return null;
  const nothing = data.known ? t("precedents.none") : t("precedents.unknown");
  return (
    <section className={classes.card} aria-label={t("precedents.title")}>
      <header className={classes.cardHead}>
        <h2>{t("precedents.title")}</h2>
      </header>
      {data.cases.length === 0 ? <p className={classes.precedentReason}>{nothing}</p> : null}
      <ul className={classes.precedents}>
        {data.cases.map((found) => (
          <Case key={found.item} found={found} schema={schema} />
        ))}
      </ul>
    </section>
  );
}
