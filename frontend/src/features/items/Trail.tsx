import { useTranslation } from "react-i18next";
import type { TrailEvent } from "../../api/types";
import { EmptyState } from "../../ui/EmptyState";
import { eventText } from "../../ui/eventText";
import { useFormat } from "../../ui/format";
import classes from "./items.module.css";

/** What happened when; why stands in the story of the label. */
export function Trail({ events }: { events: readonly TrailEvent[] }) {
  const { t } = useTranslation("items");
  const format = useFormat();
  if (events.length === 0) return <EmptyState title={t("trail.none")} />;
  return (
    <ol className={classes.trail}>
      {events.map((event) => (
        <li key={event.id}>
          {eventText(event, t)}
          <time dateTime={event.at}>{format.date(event.at)}</time>
        </li>
      ))}
    </ol>
  );
}
