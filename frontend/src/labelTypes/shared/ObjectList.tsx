import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { CategoryColors } from "../../core/palette";
import classes from "./ObjectList.module.css";
import { Swatch } from "./OptionList";

interface ListedObject {
  key: string;
  text: string;
  note: string;
  colors: CategoryColors;
}

interface Props {
  title: string;
  objects: readonly ListedObject[];
  selected: number | null;
  onSelect: (index: number) => void;
  empty: string;
}

/** More rows than this are cut down to those around the selected one. */
const SHOWN = 120;

function windowOf(length: number, selected: number | null): number {
  if (length <= SHOWN) return 0;
  return Math.min(Math.max(0, (selected ?? 0) - SHOWN / 2), length - SHOWN);
}

/** What was drawn, as a list: the way in for those who do not see the picture. */
export function ObjectList({ title, objects, selected, onSelect, empty }: Props) {
  const { t } = useTranslation("labelTypes");
  const id = useId();
  const first = windowOf(objects.length, selected);
  const active = selected === null ? undefined : objects[selected];
  return (
    <section className={classes.section}>
      <h4 className={classes.title} id={id}>
        {title} · {objects.length}
      </h4>
      {objects.length === 0 ? <p className={classes.empty}>{empty}</p> : null}
      <div role="listbox" aria-labelledby={id} className={classes.list}>
        {objects.slice(first, first + SHOWN).map((object, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: Tab and the arrows of the stage do the same
          // biome-ignore lint/a11y/useFocusableInteractive: see the list
          <div
            key={object.key}
            role="option"
            aria-selected={first + index === selected}
            className={classes.row}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onSelect(first + index)}
          >
            <Swatch colors={object.colors} />
            <span className={classes.text}>{object.text}</span>
            <span className={classes.note}>{object.note}</span>
          </div>
        ))}
      </div>
      <span className={classes.spoken} aria-live="polite">
        {active
          ? t("objects.selected", {
              number: (selected ?? 0) + 1,
              text: active.text,
              note: active.note,
            })
          : ""}
      </span>
    </section>
  );
}
