import { useTranslation } from "react-i18next";
import { ApiError } from "../../../api/client";
import { errorText } from "../../../ui/errorText";
import classes from "../Desk.module.css";
import type { DeskControl } from "../useDesk";

interface Notice {
  words: string;
  /** Nothing can be decided here any more: on to the next one. */
  isOver: boolean;
  isSignedOut?: boolean;
}

const OVER = new Set(["already_decided", "held_by_other", "judged_it_yourself"]);

function useNotice({ dispute, decisionError, claimError }: DeskControl): Notice | null {
  const { t } = useTranslation("desk");
  const error = decisionError ?? (dispute ? claimError : null);
  if (error instanceof ApiError && OVER.has(error.code)) {
    return { words: t(`notice.${error.code}`), isOver: true };
  }
  if (error instanceof ApiError && error.status === 401) {
    return { words: t("notice.signedOut"), isOver: false, isSignedOut: true };
  }
  if (error) return { words: t("notice.failed", { message: errorText(error, t) }), isOver: false };
  if (dispute?.stage === "settled") return { words: t("notice.already_decided"), isOver: true };
  if (dispute?.held && !dispute.held_by_me) {
    return { words: t("notice.held_by_other"), isOver: true };
  }
  return null;
}

/** One line over the desk, only for what the expert must know; the draft stays where it is. */
export function DeskNotice({ desk }: { desk: DeskControl }) {
  const { t } = useTranslation("desk");
  const notice = useNotice(desk);
  if (!notice) return null;
  return (
    <p className={classes.notice} data-tone="warn" role="alert">
      {notice.words}
      {notice.isOver ? (
        <button type="button" onClick={() => desk.claim(undefined)}>
          {t("notice.next")}
        </button>
      ) : null}
      {notice.isSignedOut ? (
        <a href="/sign-in" target="_blank" rel="noreferrer">
          {t("notice.signIn")}
        </a>
      ) : null}
    </p>
  );
}
