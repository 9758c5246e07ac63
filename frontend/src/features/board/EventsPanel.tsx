import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { recentEventsQuery } from "../../api/queries";
import type { TrailEvent } from "../../api/types";
import { EmptyState } from "../../ui/EmptyState";
import { eventText } from "../../ui/eventText";
import { useFormat } from "../../ui/format";
import { Loaded } from "../../ui/Loaded";
import { Panel } from "../../ui/Panel";
import { Waiting } from "../../ui/Waiting";
import classes from "./BoardScreen.module.css";

function EventLine({ projectId, event }: { projectId: number; event: TrailEvent }) {
  const { t } = useTranslation("board");
  const format = useFormat();
  return (
    <li>
      <span>
        {eventText(event, t)}
        {event.item === null ? null : (
          <>
            {" "}
            <Link
              to="/projects/$projectId/items/$itemId"
              params={{ projectId, itemId: event.item }}
            >
              #{event.item}
            </Link>
          </>
        )}
      </span>
      <time dateTime={event.at}>{format.ago(event.at)}</time>
    </li>
  );
}

interface Props {
  projectId: number;
  pollMs: number | false;
}

export function EventsPanel({ projectId, pollMs }: Props) {
  const { t } = useTranslation("board");
  const events = useQuery({ ...recentEventsQuery(projectId), refetchInterval: pollMs });
  return (
    <Panel title={t("events.title")}>
      <Loaded query={events} waiting={<Waiting rows={5} height={18} />}>
        {({ results }) =>
          results.length === 0 ? (
            <EmptyState title={t("events.none")} />
          ) : (
            <ul className={classes.events}>
              {results.map((event) => (
                <EventLine key={event.id} projectId={projectId} event={event} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Panel>
  );
}
