import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { ApiError } from "../../../api/client";
import type { Dispute } from "../../../api/types";
import { errorText } from "../../../ui/errorText";
import classes from "../Desk.module.css";
import type { DeskControl } from "../useDesk";

interface Notice {
  words: string;
  /** Nothing can be decided here any more: on to the next one. */
  isOver: boolean;
  isSignedOut?: boolean;
  /** Nothing is wrong. */
  isNews?: boolean;
}

const OVER = new Set([
  "already_decided",
  "held_by_other",
  "judged_it_yourself",
  "read_already",
  "waits_for_lead",
]);

type Words = TFunction<"desk">;

function noticeOfError(error: Error, dispute: Dispute | null, t: Words): Notice {
  const code = error instanceof ApiError ? error.code : "";
  if (OVER.has(code)) return { words: t(`notice.${code}`), isOver: true };
  if (error instanceof ApiError && error.status === 401) {
    return { words: t("notice.signedOut"), isOver: false, isSignedOut: true };
  }
  if (code === "too_many_held") {
    return { words: t("notice.too_many_held", { count: dispute?.most_at_once }), isOver: false };
  }
  return { words: t("notice.failed", { message: errorText(error, t) }), isOver: false };
}

function noticeOfState({ dispute, outcome }: DeskControl, t: Words): Notice | null {
  if (dispute?.stage === "settled") return { words: t("notice.already_decided"), isOver: true };
  if (dispute?.held && !dispute.held_by_me) {
    return { words: t("notice.held_by_other"), isOver: true };
  }
  if (!outcome || outcome === "decided") return null;
  return { words: t(`outcomes.${outcome}`), isOver: false, isNews: true };
}

function useNotice(desk: DeskControl): Notice | null {
  const { t } = useTranslation("desk");
  const error = desk.decisionError ?? (desk.dispute ? desk.claimError : null);
  return error ? noticeOfError(error, desk.dispute, t) : noticeOfState(desk, t);
}

/** One line over the desk, only for what the expert must know; the draft stays where it is. */
export function DeskNotice({ desk }: { desk: DeskControl }) {
  const { t } = useTranslation("desk");
  const notice = useNotice(desk);
  if (!notice) return null;
  return (
    <p
      className={classes.notice}
      data-tone={notice.isNews ? "plain" : "warn"}
      role={notice.isNews ? "status" : "alert"}
    >
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
