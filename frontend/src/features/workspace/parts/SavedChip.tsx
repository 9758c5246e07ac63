import {
  IconAlertTriangle,
  IconCloudCheck,
  IconCloudOff,
  IconCloudUp,
  IconPencil,
} from "@tabler/icons-react";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { OutboxState } from "../../../core/outbox/outbox";
import { Tag } from "../../../ui/Tag";
import type { Place } from "../session/drafts";
import classes from "../Workspace.module.css";

interface Props {
  /** Where what was begun is kept; null when nothing is begun. */
  draft: Place | null;
  outbox: OutboxState;
  isOnline: boolean;
  onAttention: () => void;
}

function offlineText({ draft, outbox }: Props, t: TFunction<"workspace">): string {
  if (outbox.waiting > 0) return t("saved.offlineWaiting", { count: outbox.waiting });
  return t(draft === "here" ? "saved.offlineDraft" : "saved.offline");
}

/** Where the answers are: with the server, on their way, begun, or waiting for a person. */
function State(props: Props) {
  const { draft, outbox, isOnline } = props;
  const { t } = useTranslation("workspace");
  if (!isOnline || outbox.isFailing) {
    return (
      <span role="status">
        <Tag tone="warn" icon={<IconCloudOff size={14} aria-hidden />}>
          {offlineText(props, t)}
        </Tag>
      </span>
    );
  }
  if (outbox.waiting > 0) {
    return (
      <Tag icon={<IconCloudUp size={14} aria-hidden />}>
        {t("saved.waiting", { count: outbox.waiting })}
      </Tag>
    );
  }
  if (draft) {
    return (
      <span title={t(`saved.draftNote.${draft}`)}>
        <Tag tone="accent" icon={<IconPencil size={14} aria-hidden />}>
          {t(`saved.draft.${draft}`)}
        </Tag>
      </span>
    );
  }
  return (
    <Tag tone="good" icon={<IconCloudCheck size={14} aria-hidden />}>
      {t("saved.all")}
    </Tag>
  );
}

export function SavedChip(props: Props) {
  const { t } = useTranslation("workspace");
  const { attention } = props.outbox;
  if (attention.length === 0) {
    return (
      <span className={classes.saved}>
        <State {...props} />
      </span>
    );
  }
  return (
    <button type="button" className={classes.chip} onClick={props.onAttention}>
      <Tag tone="bad" icon={<IconAlertTriangle size={14} aria-hidden />}>
        {t("saved.attention", { count: attention.length })}
      </Tag>
    </button>
  );
}
