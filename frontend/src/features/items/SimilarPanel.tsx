import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { similarQuery } from "../../api/queries";
import type { LabelSchema, Similar, SimilarItem } from "../../api/types";
import { useFormat } from "../../ui/format";
import { Loaded } from "../../ui/Loaded";
import { Notice } from "../../ui/Notice";
import { Panel } from "../../ui/Panel";
import { ItemStageTag } from "../../ui/StageTag";
import { Tag } from "../../ui/Tag";
import classes from "./items.module.css";
import { LabelSummary } from "./LabelSummary";

interface Props {
  projectId: number;
  itemId: number;
  schema: LabelSchema;
}

interface RowProps {
  projectId: number;
  row: SimilarItem;
  schema: LabelSchema;
}

function Row({ projectId, row, schema }: RowProps) {
  const { t } = useTranslation("items");
  const { percent } = useFormat();
  const { final } = row;
  return (
    <li data-inconsistent={row.is_inconsistent || undefined}>
      <p>
        <Link
          to="/projects/$projectId/items/$itemId"
          params={{ projectId, itemId: row.id }}
          className={classes.link}
        >
          {row.external_id || `#${row.id}`}
        </Link>{" "}
        {row.preview}
      </p>
      <p className={classes.tags}>
        <ItemStageTag stage={row.stage} />
        {row.is_near_duplicate ? <Tag tone="accent">{t("similar.duplicate")}</Tag> : null}
        {row.is_inconsistent ? <Tag tone="bad">{t("similar.inconsistent")}</Tag> : null}
        {row.likeness === null ? null : (
          <Tag>{t("similar.likeness", { value: percent(row.likeness) })}</Tag>
        )}
      </p>
      {final
        ? schema.questions.map((question) => (
            <p key={question.id}>
              <LabelSummary question={question} answer={final.answer} />
              <span className={classes.comment}>
                {" · "}
                {t(`source.${final.source}`, { defaultValue: final.source })}
              </span>
            </p>
          ))
        : null}
    </li>
  );
}

function Found({ projectId, found, schema }: { found: Similar } & Omit<Props, "itemId">) {
  const { t } = useTranslation("items");
  const { items, group, known } = found;
  return (
    <>
      {items.some(({ is_inconsistent }) => is_inconsistent) ? (
        <Notice tone="warn">{t("similar.differ")}</Notice>
      ) : null}
      {group ? (
        <p className={classes.remark}>
          {t(`similar.group.${group.state}`, { count: group.items, first: group.first })}
        </p>
      ) : null}
      {items.length === 0 ? (
        <p className={classes.remark}>{t(known ? "similar.none" : "similar.unknown")}</p>
      ) : null}
      <ul className={classes.similar}>
        {items.map((row) => (
          <Row key={row.id} projectId={projectId} row={row} schema={schema} />
        ))}
      </ul>
    </>
  );
}

/** What is most like this item, and whether it was labelled alike. */
export function SimilarPanel({ projectId, itemId, schema }: Props) {
  const { t } = useTranslation("items");
  const query = useQuery(similarQuery(projectId, itemId));
  return (
    <Panel title={t("similar.title")} note={t("similar.note")}>
      <Loaded query={query}>
        {(found) => <Found projectId={projectId} found={found} schema={schema} />}
      </Loaded>
    </Panel>
  );
}
