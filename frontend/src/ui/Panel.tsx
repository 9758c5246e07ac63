import type { ReactNode } from "react";
import classes from "./Panel.module.css";

interface Props {
  title?: ReactNode;
  note?: ReactNode;
  actions?: ReactNode;
  /** Tables and lists reach the border. */
  flush?: boolean;
  children: ReactNode;
}

export function Panel({ title, note, actions, flush = false, children }: Props) {
  return (
    <section className={classes.panel}>
      {title || actions ? (
        <header className={classes.head}>
          <div>
            {title ? <h2 className={classes.title}>{title}</h2> : null}
            {note ? <p className={classes.note}>{note}</p> : null}
          </div>
          {actions}
        </header>
      ) : null}
      <div className={flush ? classes.flush : classes.body}>{children}</div>
    </section>
  );
}
