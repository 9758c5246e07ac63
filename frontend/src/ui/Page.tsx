import type { ReactNode } from "react";
import classes from "./Page.module.css";
import { useScreenTitle } from "./screenTitle";

interface Props {
  title: string;
  description?: ReactNode;
  actions?: ReactNode;
  /** Reading width for forms and lists of few columns. */
  narrow?: boolean;
  children: ReactNode;
}

export function Page({ title, description, actions, narrow = false, children }: Props) {
  useScreenTitle(title);
  return (
    <div className={narrow ? classes.narrow : classes.page}>
      <header className={classes.head}>
        <div className={classes.words}>
          <h1 className={classes.title}>{title}</h1>
          {description ? <p className={classes.description}>{description}</p> : null}
        </div>
        {actions ? <div className={classes.actions}>{actions}</div> : null}
      </header>
      {children}
    </div>
  );
}
