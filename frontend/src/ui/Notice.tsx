import type { ReactNode } from "react";
import classes from "./Notice.module.css";

interface Props {
  tone: "good" | "warn" | "bad";
  title?: ReactNode;
  children?: ReactNode;
}

/** Something the person must know, in the flow of the page; read aloud when it appears. */
export function Notice({ tone, title, children }: Props) {
  return (
    <div className={classes.notice} data-tone={tone} role={tone === "good" ? "status" : "alert"}>
      {title ? <strong className={classes.title}>{title}</strong> : null}
      {children}
    </div>
  );
}
