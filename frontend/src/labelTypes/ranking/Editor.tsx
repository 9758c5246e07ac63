import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { placesOf } from "../../core/schema";
import { Keys } from "../../stages/keyboard/Keys";
import { useScope, useSingleKeys } from "../../stages/keyboard/useScope";
import { useRankingOptions } from "../shared/inputs";
import { type KeyedOption, useOptionKeys, withKeys } from "../shared/useOptionKeys";
import type { EditorProps } from "../types";
import classes from "./Editor.module.css";
import { moved, placed, shownOrder } from "./order";

interface RowProps {
  option: KeyedOption;
  /** Counted from 1; null while it has none. */
  place: number | null;
  places: number;
  isActive: boolean;
  isFocused: boolean;
  onPick: () => void;
  onMove: (by: -1 | 1) => void;
}

function Row({ option, place, places, isActive, isFocused, onPick, onMove }: RowProps) {
  const { t } = useTranslation("labelTypes");
  const tabIndex = useSingleKeys() ? -1 : 0;
  const words = { name: option.title, place, count: places };
  const keep = (event: React.MouseEvent) => event.preventDefault();
  return (
    <li className={classes.row} data-placed={place !== null || undefined}>
      <button
        type="button"
        className={classes.option}
        aria-pressed={place !== null}
        aria-current={(isFocused && isActive) || undefined}
        aria-label={t(place === null ? "ranking.unplaced" : "ranking.placed", words)}
        tabIndex={tabIndex}
        onMouseDown={keep}
        onClick={onPick}
      >
        <span className={classes.place}>{place ?? "–"}</span>
        <span className={classes.title}>{option.title}</span>
        {option.stroke ? (
          <span className={classes.key} data-quiet={!isFocused || undefined}>
            <Keys stroke={option.stroke} />
          </span>
        ) : null}
      </button>
      {place === null ? null : (
        <span className={classes.moves}>
          <button
            type="button"
            tabIndex={tabIndex}
            disabled={place === 1}
            aria-label={t("ranking.up", words)}
            onMouseDown={keep}
            onClick={() => onMove(-1)}
          >
            <IconArrowUp size={14} aria-hidden />
          </button>
          <button
            type="button"
            tabIndex={tabIndex}
            disabled={place === places}
            aria-label={t("ranking.down", words)}
            onMouseDown={keep}
            onClick={() => onMove(1)}
          >
            <IconArrowDown size={14} aria-hidden />
          </button>
        </span>
      )}
    </li>
  );
}

interface Movement {
  shown: readonly string[];
  active: string;
  isFocused: boolean;
  onActive: (id: string) => void;
  onPick: (id: string) => void;
  onMove: (id: string, by: -1 | 1) => void;
}

/** The arrows walk through the options, with Alt they take the option along. */
function useMovement({ shown, active, isFocused, onActive, onPick, onMove }: Movement) {
  const { t } = useTranslation("labelTypes");
  const walk = (by: -1 | 1) => () => {
    const next = shown[shown.indexOf(active) + by];
    // Past either end the arrow goes to the neighbouring question.
    if (next === undefined) return false;
    onActive(next);
    return true;
  };
  useScope({
    floor: "question",
    title: t("keys.ranking"),
    isActive: isFocused,
    commands: [
      { id: "row.next", title: t("ranking.next"), keys: ["ArrowDown"], run: walk(1) },
      { id: "row.previous", title: t("ranking.previous"), keys: ["ArrowUp"], run: walk(-1) },
      {
        id: "row.down",
        title: t("ranking.moveDown"),
        keys: ["alt+ArrowDown"],
        run: () => onMove(active, 1),
      },
      {
        id: "row.up",
        title: t("ranking.moveUp"),
        keys: ["alt+ArrowUp"],
        run: () => onMove(active, -1),
      },
      {
        id: "row.place",
        title: t("ranking.place"),
        keys: ["ArrowRight"],
        run: () => onPick(active),
      },
    ],
  });
}

export function RankingEditor({ question, label, onChange, isFocused }: EditorProps<"ranking">) {
  const { t } = useTranslation("labelTypes");
  const options = withKeys(useRankingOptions(question));
  const places = placesOf(question);
  const order = label ?? [];
  const shown = shownOrder(
    options.map(({ id }) => id),
    order,
  );
  const [chosen, setActive] = useState<string | null>(null);
  const active = chosen !== null && shown.includes(chosen) ? chosen : (shown[0] ?? "");
  const change = (next: string[], isDone = false) =>
    onChange(next.length === 0 ? undefined : next, { isDone });
  const handlePick = (id: string) => {
    const next = placed(order, id, places);
    setActive(id);
    change(next, next.length === places && order.length < places);
  };
  const handleMove = (id: string, by: -1 | 1) => {
    setActive(id);
    // An option without a place comes in from behind.
    change(order.includes(id) ? moved(order, id, by) : placed(order, id, places));
  };
  useOptionKeys(options, isFocused, handlePick);
  useMovement({
    shown,
    active,
    isFocused,
    onActive: setActive,
    onPick: handlePick,
    onMove: handleMove,
  });
  return (
    <>
      <p className="figures">{t("ranking.count", { placed: order.length, count: places })}</p>
      <ol className={classes.list}>
        {shown.map((id) => {
          const option = options.find((one) => one.id === id);
          const at = order.indexOf(id);
          return option ? (
            <Row
              key={id}
              option={option}
              place={at === -1 ? null : at + 1}
              places={order.length}
              isActive={id === active}
              isFocused={isFocused}
              onPick={() => handlePick(id)}
              onMove={(by) => handleMove(id, by)}
            />
          ) : null;
        })}
      </ol>
    </>
  );
}
