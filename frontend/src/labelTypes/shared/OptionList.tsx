import type { CSSProperties } from "react";
import type { CategoryColors } from "../../core/palette";
import { Keys } from "../../stages/keyboard/Keys";
import { useSingleKeys } from "../../stages/keyboard/useScope";
import classes from "./OptionList.module.css";
import type { KeyedOption } from "./useOptionKeys";

interface Option extends KeyedOption {
  description?: string;
  colors?: CategoryColors;
  count?: number;
}

interface Props {
  options: readonly Option[];
  chosen: readonly string[];
  /** radio: one of them; checkbox: several; button: something to do with them. */
  role: "radio" | "checkbox" | "button";
  onPick: (id: string) => void;
  showKeys: boolean;
}

/** Colours as custom properties, so that the sheet decides which one suits the theme. */
function colorStyle(colors: CategoryColors): CSSProperties {
  return {
    "--solid": colors.solid,
    "--label-ink": `light-dark(${colors.inkOnLight}, ${colors.inkOnDark})`,
  } as CSSProperties;
}

export function Swatch({ colors }: { colors: CategoryColors }) {
  return <span className={classes.swatch} style={colorStyle(colors)} aria-hidden />;
}

function stateOf(role: Props["role"], isChosen: boolean) {
  return role === "button" ? { "aria-pressed": isChosen } : { role, "aria-checked": isChosen };
}

function OptionRow({ option, chosen, role, onPick, showKeys }: Props & { option: Option }) {
  const hasSingleKeys = useSingleKeys();
  const isChosen = chosen.includes(option.id);
  return (
    <button
      type="button"
      className={classes.option}
      data-chosen={isChosen || undefined}
      title={option.description}
      // The keys reach every option; Tab goes on to the next question.
      tabIndex={hasSingleKeys ? -1 : 0}
      // The cursor stays where it is, so that the next key still belongs to the workspace.
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => onPick(option.id)}
      {...stateOf(role, isChosen)}
    >
      {role === "button" ? null : <span className={classes.mark} data-role={role} aria-hidden />}
      {option.colors ? <Swatch colors={option.colors} /> : null}
      <span className={classes.title}>{option.title}</span>
      {option.count ? <span className={classes.count}>{option.count}</span> : null}
      {option.stroke ? (
        <span className={classes.key} data-quiet={!showKeys || undefined}>
          <Keys stroke={option.stroke} />
        </span>
      ) : null}
    </button>
  );
}

export function OptionList(props: Props) {
  return (
    <div className={classes.list}>
      {props.options.map((option) => (
        <OptionRow key={option.id} option={option} {...props} />
      ))}
    </div>
  );
}
