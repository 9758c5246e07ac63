import {
  IconAlertTriangle,
  IconCloudCheck,
  IconCloudOff,
  IconCloudUp,
  IconPencil,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { OutboxState } from "../../../core/outbox/outbox";
import { Tag } from "../../../ui/Tag";
import type { Place } from "../session/drafts";
import classes from "../Workspace.module.css";
import { useSteady } from "./useSteady";

interface Props {
  /** Where what was begun is kept; null when nothing is begun. */
  draft: Place | null;
  outbox: OutboxState;
  isOnline: boolean;
  onAttention: () => void;
}

type Kind = "attention" | "offline" | "waiting" | "here" | "server" | "all";

interface Situation {
  kind: Kind;
  /** Answers that wait, or that need a person. */
  count: number;
  hasDraft: boolean;
}

function situationOf({ draft, outbox, isOnline }: Props): Situation {
  const { attention, waiting } = outbox;
  const hasDraft = draft === "here";
  if (attention.length > 0) return { kind: "attention", count: attention.length, hasDraft };
  if (!isOnline || outbox.isFailing) return { kind: "offline", count: waiting, hasDraft };
  return { kind: waiting > 0 ? "waiting" : (draft ?? "all"), count: waiting, hasDraft };
}

/** What a person must know at once. */
const isUrgent = ({ kind }: Situation) => kind === "attention" || kind === "offline";

function Offline({ count, hasDraft }: Situation) {
  const { t } = useTranslation("workspace");
  const otherwise = t(hasDraft ? "saved.offlineDraft" : "saved.offline");
  return (
    <span role="status">
      <Tag tone="warn" icon={<IconCloudOff size={14} aria-hidden />}>
        {count > 0 ? t("saved.offlineWaiting", { count }) : otherwise}
      </Tag>
    </span>
  );
}

function Draft({ place }: { place: Place }) {
  const { t } = useTranslation("workspace");
  return (
    <span title={t(`saved.draftNote.${place}`)}>
      <Tag tone="accent" icon={<IconPencil size={14} aria-hidden />}>
        {t(`saved.draft.${place}`)}
      </Tag>
    </span>
  );
}

function Attention({ count, onClick }: { count: number; onClick: () => void }) {
  const { t } = useTranslation("workspace");
  return (
    <button type="button" className={classes.chip} onClick={onClick}>
      <Tag tone="bad" icon={<IconAlertTriangle size={14} aria-hidden />}>
        {t("saved.attention", { count })}
      </Tag>
    </button>
  );
}

function Told({ situation, onAttention }: Pick<Props, "onAttention"> & { situation: Situation }) {
  const { t } = useTranslation("workspace");
  const { kind, count } = situation;
  if (kind === "attention") return <Attention count={count} onClick={onAttention} />;
  if (kind === "offline") return <Offline {...situation} />;
  if (kind === "here" || kind === "server") return <Draft place={kind} />;
  if (kind === "waiting") {
    return <Tag icon={<IconCloudUp size={14} aria-hidden />}>{t("saved.waiting", { count })}</Tag>;
  }
  return (
    <Tag tone="good" icon={<IconCloudCheck size={14} aria-hidden />}>
      {t("saved.all")}
    </Tag>
  );
}

/** Where the answers are: with the server, on their way, begun, or waiting for a person. */
export function SavedChip(props: Props) {
  const now = situationOf(props);
  const situation = useSteady(now, isUrgent);
  return (
    // What is so at this moment, for who has to know it exactly.
    <span className={classes.saved} data-now={now.kind}>
      <Told situation={situation} onAttention={props.onAttention} />
    </span>
  );
}
