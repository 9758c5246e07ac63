import { useTranslation } from "react-i18next";
import classes from "./VoiceChip.module.css";

interface Props {
  names: readonly string[];
  hidden: ReadonlySet<string>;
  onToggle: (name: string) => void;
}

export function toggled(hidden: ReadonlySet<string>, name: string): ReadonlySet<string> {
  const next = new Set(hidden);
  if (!next.delete(name)) next.add(name);
  return next;
}

/** Shows and hides voters' labels on a stage. */
export function VoiceToggles({ names, hidden, onToggle }: Props) {
  const { t } = useTranslation("labelTypes");
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend cannot stand in a row of chips
    <div className={classes.toggles} role="group" aria-label={t("comparison.layers")}>
      {names.map((name) => (
        <button
          key={name}
          type="button"
          className={classes.toggle}
          aria-pressed={!hidden.has(name)}
          onClick={() => onToggle(name)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
