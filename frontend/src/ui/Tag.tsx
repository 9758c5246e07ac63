import type { ReactNode } from "react";
import classes from "./Tag.module.css";

export type Tone = "plain" | "good" | "warn" | "bad" | "accent";

interface Props {
  tone?: Tone;
  /** A small mark in this colour before the words. */
  dot?: string;
  icon?: ReactNode;
  children: ReactNode;
}

export function Tag({ tone = "plain", dot, icon, children }: Props) {
  return (
    <span className={classes.tag} data-tone={tone}>
      {dot ? <span className={classes.dot} style={{ background: dot }} aria-hidden /> : null}
      {icon}
      {children}
    </span>
  );
}
