import { useTranslation } from "react-i18next";
import type { Command } from "../../core/keymap/keymap";
import { optionKey, type Stroke } from "../../core/keymap/strokes";
import { useScope } from "../../stages/keyboard/useScope";

export interface KeyedOption {
  id: string;
  title: string;
  stroke: Stroke | null;
}

export function withKeys(options: readonly { id: string; title: string }[]): KeyedOption[] {
  return options.map(({ id, title }, index) => ({ id, title, stroke: optionKey(index) }));
}

function commandOf(option: KeyedOption, onPick: (id: string) => void): Command[] {
  if (option.stroke === null) return [];
  return [
    {
      id: `option.${option.id}`,
      title: option.title,
      keys: [option.stroke],
      run: () => onPick(option.id),
    },
  ];
}

/** A key for each option, while the question has the cursor. */
export function useOptionKeys(
  options: readonly KeyedOption[],
  isFocused: boolean,
  onPick: (id: string) => void,
): void {
  const { t } = useTranslation("labelTypes");
  useScope({
    floor: "question",
    title: t("keys.options"),
    commands: options.flatMap((option) => commandOf(option, onPick)),
    isActive: isFocused,
  });
}
