import { useTranslation } from "react-i18next";
import type { TrailEvent } from "../../api/types";
import { EmptyState } from "../../ui/EmptyState";
import { eventText } from "../../ui/eventText";
import { useFormat } from "../../ui/format";
import classes from "./items.module.css";

function sentenceOf({ payload }: TrailEvent): string {
  return typeof payload.sentence === "string" ? payload.sentence : "";
}

export function Trail({ events }: { events: readonly TrailEvent[] }) {
  const { t } = useTranslation("items");
  const format = useFormat();
  if (events.length === 0) return <EmptyState title={t("trail.none")} />;
  return (
    <ol className={classes.trail}>
      {events.map((event) => (
        <li key={event.id}>
          {eventText(event, t)}
          <div className={classes.comment}>{sentenceOf(event)}</div>
          <time dateTime={event.at}>{format.date(event.at)}</time>
        </li>
      ))}
    </ol>
  );
}
