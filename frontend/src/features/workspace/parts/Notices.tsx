import { useTranslation } from "react-i18next";
import type { Work } from "../../../api/types";
import type { View } from "../useView";
import classes from "../Workspace.module.css";
import { RungHint } from "./RungHint";

interface Props {
  work: Work;
  view: View;
  isOnline: boolean;
  /** Looking at an item that was answered before. */
  isPast: boolean;
  isOpen: boolean;
  refusal: string | null;
  /** Of an item that came back: what the person is told, or "". */
  cameBack: string | null;
  /** Why the answer was not even sent. */
  unsent: string | null;
  onBack: () => void;
  onDismiss: () => void;
}

/** One line over the item, only for what the person must know. */
export function Notices(props: Props) {
  const { isOnline, isPast, isOpen, refusal, unsent } = props;
  const { t } = useTranslation("workspace");
  return (
    <div className={classes.notices}>
      <RungHint work={props.work} onGuideline={() => props.view.open("guideline")} />
      {isOnline ? null : (
        <p className={classes.notice} data-tone="warn" role="status">
          {t("notice.offline")}
        </p>
      )}
      {props.cameBack === null ? null : (
        <p className={classes.notice} data-tone="plain" role="status">
          {props.cameBack
            ? t("notice.cameBackNote", { note: props.cameBack })
            : t("notice.cameBack")}
        </p>
      )}
      {unsent === null ? null : (
        <p className={classes.notice} data-tone="bad" role="alert">
          {t("notice.unsent", { message: unsent })}
        </p>
      )}
      {refusal === null ? null : (
        <p className={classes.notice} data-tone="bad" role="alert">
          {t("notice.refused", { message: refusal })}
          <button type="button" onClick={props.onDismiss}>
            {t("notice.dismiss")}
          </button>
        </p>
      )}
      {isPast ? (
        <p className={classes.notice} data-tone="plain" role="status">
          {t(isOpen ? "notice.past" : "notice.pastClosed")}
          <button type="button" onClick={props.onBack}>
            {t("notice.back")}
          </button>
        </p>
      ) : null}
    </div>
  );
}
