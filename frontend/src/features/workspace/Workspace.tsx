import { Button } from "@mantine/core";
import { IconCoffee } from "@tabler/icons-react";
import { type ReactNode, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "../../api/client";
import type { User } from "../../api/types";
import { useScope } from "../../stages/keyboard/useScope";
import { EmptyState } from "../../ui/EmptyState";
import { ErrorState } from "../../ui/ErrorState";
import { errorText } from "../../ui/errorText";
import { Kbd } from "../../ui/Kbd";
import { Waiting } from "../../ui/Waiting";
import { SignInDialog } from "./dialogs/SignInDialog";
import { Announcement } from "./parts/Announcement";
import { Rail } from "./parts/Rail";
import { TopBar } from "./parts/TopBar";
import { SheetView } from "./Sheet";
import type { Session } from "./session/session";
import { draftPlace } from "./session/sheets";
import { type SessionState, sheetOf } from "./session/types";
import { useOnline } from "./useOnline";
import { useSession } from "./useSession";
import { useView } from "./useView";
import classes from "./Workspace.module.css";

interface Props {
  project: number;
  user: User;
  menu: ReactNode;
}

function Nothing({ session, state }: { session: Session; state: SessionState }) {
  const { t } = useTranslation("workspace");
  useScope({
    floor: "workspace",
    title: t("keys.title"),
    commands: [
      { id: "refill", title: t("empty.again"), keys: ["Enter"], run: () => session.refill() },
      { id: "back", title: t("keys.lookBack"), keys: ["[", "KeyZ"], run: () => session.look(-1) },
    ],
  });
  return (
    <EmptyState
      icon={<IconCoffee size={22} />}
      title={t("empty.title")}
      action={
        <Button size="xs" loading={state.isAsking} onClick={() => void session.refill()}>
          {t("empty.again")}&nbsp;<Kbd>↵</Kbd>
        </Button>
      }
    >
      {t("empty.text")}
    </EmptyState>
  );
}

/** No failure: the ladder of this project hands out nothing now, and the server says why. */
const HELD_BACK = new Set(["work_paused", "cooling_down", "nothing_easy"]);

function HeldBack({ session, error }: { session: Session; error: ApiError }) {
  const { t } = useTranslation("workspace");
  return (
    <EmptyState
      icon={<IconCoffee size={22} />}
      title={t("heldBack.title")}
      action={
        <Button size="xs" variant="default" onClick={() => void session.start()}>
          {t("empty.again")}
        </Button>
      }
    >
      {errorText(error, t)}
    </EmptyState>
  );
}

function Failed({ session, error }: { session: Session; error: unknown }) {
  if (error instanceof ApiError && HELD_BACK.has(error.code)) {
    return <HeldBack session={session} error={error} />;
  }
  return <ErrorState error={error} onRetry={() => void session.start()} />;
}

/** What stands in the middle while there is no item. */
function Standing({ session, state }: { session: Session; state: SessionState }) {
  return (
    <main className={classes.standing}>
      {state.phase === "failed" ? <Failed session={session} error={state.error} /> : null}
      {state.phase === "empty" ? <Nothing session={session} state={state} /> : null}
      {state.phase === "loading" || state.phase === "working" ? (
        <Waiting rows={4} height={72} />
      ) : null}
    </main>
  );
}

export function Workspace({ project, user, menu }: Props) {
  const { session, outbox } = useSession(project, user.id);
  const state = useSyncExternalStore(session.state.subscribe, session.state.read);
  const places = useSyncExternalStore(session.draftPlaces.subscribe, session.draftPlaces.read);
  const sending = useSyncExternalStore(outbox.state.subscribe, outbox.state.read);
  const isOnline = useOnline();
  const view = useView();
  const { work } = state;
  const sheet = sheetOf(state);
  const openAttention = () => {
    const marked = state.past.find((past) => past.refused !== null);
    if (marked) session.open(marked.assignment.id);
  };
  return (
    <div className={classes.workspace} data-focus={view.isFocusMode || undefined} data-shell>
      {work ? (
        <>
          <TopBar
            work={work}
            judged={state.judged}
            draft={draftPlace(state, places)}
            outbox={sending}
            isOnline={isOnline}
            menu={menu}
            held={state.ahead.length + (state.current ? 1 : 0)}
            onTakeAlong={() => void session.takeAlong()}
            onAttention={openAttention}
            onFocusMode={view.toggleFocusMode}
            onKeys={() => view.open("keys")}
          />
          <Rail
            past={state.past}
            looking={state.looking}
            judged={state.judged}
            hasCurrent={state.current !== null}
            onOpen={(assignment) => session.open(assignment)}
          />
        </>
      ) : null}
      {sheet && work ? (
        <Announcement
          sheet={sheet}
          schema={work.guideline.schema}
          judged={state.judged}
          isPast={state.looking !== null}
        />
      ) : null}
      {sheet && work ? (
        <SheetView
          session={session}
          state={state}
          sheet={sheet}
          work={work}
          outbox={sending}
          isOnline={isOnline}
          view={view}
        />
      ) : (
        <Standing session={session} state={state} />
      )}
      {state.isSignedOut || sending.isSignedOut ? (
        <SignInDialog user={user} onSignedIn={() => void session.resume()} />
      ) : null}
    </div>
  );
}
