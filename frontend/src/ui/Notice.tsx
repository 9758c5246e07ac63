import type { ReactNode } from "react";
import classes from "./Notice.module.css";

interface Props {
  tone: "good" | "plain" | "warn" | "bad";
  title?: ReactNode;
  children?: ReactNode;
}

const ROLES = { good: "status", plain: "status", warn: "alert", bad: "alert" } as const;

/** Something the person must know, in the flow of the page; read aloud when it appears. */
export function Notice({ tone, title, children }: Props) {
  return (
    <div className={classes.notice} data-tone={tone} role={ROLES[tone]}>
      {title ? <strong className={classes.title}>{title}</strong> : null}
      {children}
    </div>
  );
}
