import { TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Dispute } from "../../../api/types";
import { Keys } from "../../../stages/keyboard/Keys";
import { Tag } from "../../../ui/Tag";
import classes from "../Desk.module.css";

interface Leaving {
  reason: string | null;
  isOpen: boolean;
  setReason: (reason: string) => void;
  open: () => void;
  close: () => void;
  send: () => void;
}

interface Props {
  dispute: Dispute;
  /** Null when there is nobody to leave it to. */
  leaving: Leaving | null;
}

function LeavingForm({ leaving }: { leaving: Leaving }) {
  const { t } = useTranslation("desk");
  return (
    <div className={classes.leaving}>
      <TextInput
        size="sm"
        autoFocus
        label={t("escalate.reason")}
        placeholder={t("escalate.hint")}
        value={leaving.reason ?? ""}
        maxLength={500}
        onChange={(event) => leaving.setReason(event.currentTarget.value)}
      />
      <span className={classes.leavingButtons}>
        <button type="button" disabled={!leaving.reason?.trim()} onClick={leaving.send}>
          {t("escalate.send")} <Keys stroke="Enter" />
        </button>
        <button type="button" onClick={leaving.close}>
          {t("escalate.cancel")} <Keys stroke="Escape" />
        </button>
      </span>
    </div>
  );
}

/** Under the verdict: the way out to a lead, and how many disputes one holds. */
export function PanelFoot({ dispute, leaving }: Props) {
  const { t } = useTranslation("desk");
  const { held_count: held, most_at_once: most } = dispute;
  return (
    <div className={classes.foot}>
      {leaving?.isOpen ? <LeavingForm leaving={leaving} /> : null}
      {leaving && !leaving.isOpen && dispute.held_by_me ? (
        <button type="button" className={classes.leave} onClick={leaving.open}>
          {t("escalate.open")} <Keys stroke="KeyE" />
        </button>
      ) : null}
      {held > 0 ? (
        <Tag tone={held >= most ? "warn" : "plain"}>{t("holding", { count: held, most })}</Tag>
      ) : null}
    </div>
  );
}
