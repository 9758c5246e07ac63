import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useScope } from "../../stages/keyboard/useScope";
import type { Selection } from "./BulkBar";

const NOTHING: Selection = { items: [], isAll: false };

/** Which rows are chosen: by pointer, or x for the row in focus and shift+x up to there. */
export function useSelection(rows: readonly number[], key: string) {
  const { t } = useTranslation("items");
  const [selection, setSelection] = useState(NOTHING);
  const [last, setLast] = useState<number | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another filter has other rows
  useEffect(() => setSelection(NOTHING), [key]);
  const toggle = (row: number) => {
    setLast(row);
    setSelection(({ items }) => ({
      isAll: false,
      items: items.includes(row) ? items.filter((one) => one !== row) : [...items, row],
    }));
  };
  const extend = (row: number) => {
    const ends = [rows.indexOf(last ?? row), rows.indexOf(row)].sort((a, b) => a - b);
    const span = rows.slice(Math.max(ends[0] ?? 0, 0), (ends[1] ?? 0) + 1);
    setLast(row);
    setSelection(({ items }) => ({ isAll: false, items: [...new Set([...items, ...span])] }));
  };
  const inFocus = () => {
    const row = document.activeElement?.closest<HTMLElement>("[data-item]")?.dataset.item;
    return row ? Number(row) : null;
  };
  const onFocused = (act: (row: number) => void) => () => {
    const row = inFocus();
    if (row === null) return false;
    act(row);
  };
  useScope({
    floor: "app",
    title: t("title"),
    commands: [
      { id: "items.toggle", title: t("keys.toggle"), keys: ["KeyX"], run: onFocused(toggle) },
      {
        id: "items.extend",
        title: t("keys.extend"),
        keys: ["shift+KeyX"],
        run: onFocused(extend),
      },
    ],
  });
  return {
    selection,
    toggle,
    all: () => setSelection({ items: [], isAll: true }),
    none: () => setSelection(NOTHING),
  };
}
