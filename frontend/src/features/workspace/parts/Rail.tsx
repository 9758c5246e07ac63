import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { isChanged } from "../session/sheets";
import type { PastSheet } from "../session/types";
import classes from "../Workspace.module.css";

interface Props {
  past: readonly PastSheet[];
  looking: string | null;
  /** How many were judged in all: the current item's number is one more. */
  judged: number;
  hasCurrent: boolean;
  onOpen: (assignment: string | null) => void;
}

type Mark = "refused" | "changed" | "skipped" | "closed" | "sent";

function markOf(sheet: PastSheet): Mark {
  if (sheet.refused) return "refused";
  if (isChanged(sheet)) return "changed";
  if (!sheet.sent) return "skipped";
  return sheet.isOpen ? "sent" : "closed";
}

const SIGNS: Record<Mark, string> = {
  refused: "!",
  changed: "•",
  skipped: "–",
  closed: "✓",
  sent: "✓",
};

/** The last items, oldest at the top; the current one stands at the end. */
export function Rail({ past, looking, judged, hasCurrent, onOpen }: Props) {
  const { t } = useTranslation("workspace");
  const end = useRef<HTMLButtonElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: keeps the newest in sight
  useEffect(() => {
    end.current?.scrollIntoView({ block: "nearest" });
  }, [past.length]);
  return (
    <nav className={classes.rail} aria-label={t("rail.label")}>
      {past.map((sheet, index) => {
        const mark = markOf(sheet);
        return (
          <button
            key={sheet.assignment.id}
            type="button"
            className={classes.past}
            data-mark={mark}
            aria-current={sheet.assignment.id === looking ? "true" : undefined}
            aria-label={t("rail.past", { back: past.length - index, state: t(`rail.${mark}`) })}
            title={t(`rail.${mark}`)}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onOpen(sheet.assignment.id)}
          >
            {SIGNS[mark]}
          </button>
        );
      })}
      {hasCurrent ? (
        <button
          ref={end}
          type="button"
          className={classes.past}
          data-mark="current"
          aria-current={looking === null ? "true" : undefined}
          aria-label={t("rail.current", { number: judged + 1 })}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onOpen(null)}
        >
          {judged + 1}
        </button>
      ) : null}
    </nav>
  );
}
