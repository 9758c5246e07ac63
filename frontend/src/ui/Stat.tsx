import type { ReactNode } from "react";
import classes from "./Stat.module.css";

interface Props {
  value: ReactNode;
  label: ReactNode;
  note?: ReactNode;
}

/** One figure and what it counts. */
export function Stat({ value, label, note }: Props) {
  return (
    <div className={classes.stat}>
      <div className={classes.value}>{value}</div>
      <div className={classes.label}>{label}</div>
      {note ? <div className={classes.note}>{note}</div> : null}
    </div>
  );
}
