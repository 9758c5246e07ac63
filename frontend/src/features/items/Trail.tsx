import { useTranslation } from "react-i18next";
import type { Reason, TrailEvent } from "../../api/types";
import { EmptyState } from "../../ui/EmptyState";
import { eventText } from "../../ui/eventText";
import { useFormat } from "../../ui/format";
import classes from "./items.module.css";
import { reasonText } from "./reasonText";

/** Events of routing carry the reason they happened for. */
function reasonOf({ payload }: TrailEvent): Reason | null {
  const { code, sentence } = payload;
  if (typeof code !== "string" || typeof sentence !== "string") return null;
  return { ...payload, code, sentence };
}

export function Trail({ events }: { events: readonly TrailEvent[] }) {
  const { t } = useTranslation("items");
  const format = useFormat();
  if (events.length === 0) return <EmptyState title={t("trail.none")} />;
  return (
    <ol className={classes.trail}>
      {events.map((event) => {
        const reason = reasonOf(event);
        return (
          <li key={event.id}>
            {eventText(event, t)}
            {reason ? (
              <div className={classes.comment}>{reasonText(reason, t, format)}</div>
            ) : null}
            <time dateTime={event.at}>{format.date(event.at)}</time>
          </li>
        );
      })}
    </ol>
  );
}
