import { IconAlertTriangle, IconCloudCheck, IconCloudOff, IconCloudUp } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { OutboxState } from "../../../core/outbox/outbox";
import { Tag } from "../../../ui/Tag";
import classes from "../Workspace.module.css";

interface Props {
  outbox: OutboxState;
  isOnline: boolean;
  onAttention: () => void;
}

/** Where the answers are: with the server, on their way, or waiting for a person. */
export function SavedChip({ outbox, isOnline, onAttention }: Props) {
  const { t } = useTranslation("workspace");
  const { waiting, attention } = outbox;
  if (attention.length > 0) {
    return (
      <button type="button" className={classes.chip} onClick={onAttention}>
        <Tag tone="bad" icon={<IconAlertTriangle size={14} aria-hidden />}>
          {t("saved.attention", { count: attention.length })}
        </Tag>
      </button>
    );
  }
  if (!isOnline || outbox.isFailing) {
    return (
      <span role="status">
        <Tag tone="warn" icon={<IconCloudOff size={14} aria-hidden />}>
          {waiting > 0 ? t("saved.offlineWaiting", { count: waiting }) : t("saved.offline")}
        </Tag>
      </span>
    );
  }
  if (waiting > 0) {
    return (
      <Tag icon={<IconCloudUp size={14} aria-hidden />}>
        {t("saved.waiting", { count: waiting })}
      </Tag>
    );
  }
  return (
    <Tag tone="good" icon={<IconCloudCheck size={14} aria-hidden />}>
      {t("saved.all")}
    </Tag>
  );
}
