import { useTranslation } from "react-i18next";
import type { Dispute, DisputeRow } from "../../../api/types";
import { Tag } from "../../../ui/Tag";
import classes from "../Desk.module.css";

type Marked = Pick<Dispute | DisputeRow, "wanted" | "for_leads"> & { overdue?: boolean };

/** What is special about a dispute: two readers, a lead's turn, or a long wait. */
export function DisputeTags({ dispute }: { dispute: Marked }) {
  const { t } = useTranslation("desk");
  const words = [
    dispute.for_leads ? t("tags.forLeads") : null,
    !dispute.for_leads && dispute.wanted === 2 ? t("tags.twoReaders") : null,
    dispute.wanted > 2 ? t("tags.expertsDiffer") : null,
  ].filter((word) => word !== null);
  if (words.length === 0 && !dispute.overdue) return null;
  return (
    <span className={classes.tags}>
      {words.map((word) => (
        <Tag key={word} tone="accent">
          {word}
        </Tag>
      ))}
      {dispute.overdue ? <Tag tone="warn">{t("tags.overdue")}</Tag> : null}
    </span>
  );
}
