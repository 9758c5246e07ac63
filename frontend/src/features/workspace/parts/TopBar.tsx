import { ActionIcon, Tooltip } from "@mantine/core";
import {
  IconArrowLeft,
  IconFocus2,
  IconKeyboard,
  IconPackageExport,
  IconUsers,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { MouseEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Work } from "../../../api/types";
import type { OutboxState } from "../../../core/outbox/outbox";
import { useFormat } from "../../../ui/format";
import { useScreenTitle } from "../../../ui/screenTitle";
import { Tag } from "../../../ui/Tag";
import type { Place } from "../session/drafts";
import { takenAlong } from "../session/supply";
import classes from "../Workspace.module.css";
import { SavedChip } from "./SavedChip";

/** More than are ever ready in the usual course of work. */
const MOST_AT_HAND = 5;

interface Props {
  work: Work;
  judged: number;
  draft: Place | null;
  outbox: OutboxState;
  isOnline: boolean;
  menu: ReactNode;
  /** Items in hand, the one on the screen included. */
  held: number;
  onTakeAlong: () => void;
  onAttention: () => void;
  onFocusMode: () => void;
  onKeys: () => void;
}

function Progress({ judged, ready }: { judged: number; ready: number }) {
  const { t } = useTranslation("workspace");
  const { number } = useFormat();
  const total = judged + ready;
  return (
    <div className={classes.progress}>
      <span className="figures">
        {t("top.progress", { judged: number(judged), total: number(total) })}
      </span>
      <progress max={Math.max(1, total)} value={judged} aria-label={t("top.progressLabel")} />
    </div>
  );
}

/** Items for working without a network, and how many are in hand already. */
function TakeAlong({ work, held, onTakeAlong }: Pick<Props, "work" | "held" | "onTakeAlong">) {
  const { t } = useTranslation("workspace");
  const label = t("top.takeAlong", { count: takenAlong(work) });
  const handleClick = (event: MouseEvent<HTMLButtonElement>) => {
    // The next Enter is for the item, not for this once more.
    event.currentTarget.blur();
    onTakeAlong();
  };
  return (
    <>
      {held > MOST_AT_HAND ? <Tag>{t("top.held", { count: held })}</Tag> : null}
      <Tooltip label={label}>
        <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={handleClick}>
          <IconPackageExport size={18} />
        </ActionIcon>
      </Tooltip>
    </>
  );
}

export function TopBar(props: Props) {
  const { work, judged, menu } = props;
  const { t } = useTranslation("workspace");
  useScreenTitle(work.project.name);
  return (
    <header className={classes.top}>
      <Link to="/" className={classes.back} aria-label={t("top.home")} title={t("top.home")}>
        <IconArrowLeft size={18} />
      </Link>
      <h1 className={classes.name}>{work.project.name}</h1>
      <Tag icon={<IconUsers size={14} aria-hidden />}>{t(`tier.${work.role}`)}</Tag>
      <span className={classes.grow} />
      {/* What remains shrinks as the count grows, so the sum is the day's work. */}
      <Progress
        judged={judged}
        ready={Math.max(props.held, work.remaining - (judged - work.judged_by_me))}
      />
      <TakeAlong work={work} held={props.held} onTakeAlong={props.onTakeAlong} />
      <SavedChip
        draft={props.draft}
        outbox={props.outbox}
        isOnline={props.isOnline}
        onAttention={props.onAttention}
      />
      <Tooltip label={`${t("top.focusMode")} (F)`}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t("top.focusMode")}
          onClick={props.onFocusMode}
        >
          <IconFocus2 size={18} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={`${t("top.keys")} (?)`}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t("top.keys")}
          onClick={props.onKeys}
        >
          <IconKeyboard size={18} />
        </ActionIcon>
      </Tooltip>
      {menu}
    </header>
  );
}
