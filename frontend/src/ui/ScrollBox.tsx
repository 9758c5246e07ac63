import type { ReactNode } from "react";
import classes from "./ScrollBox.module.css";
import { useOverflows } from "./useOverflows";

interface Props {
  /** What is in it, for who comes to it by the keyboard. */
  label: string;
  className?: string;
  children: ReactNode;
}

/** A long text in a small place. Where it does not fit, the arrows scroll it too. */
export function ScrollBox({ label, className, children }: Props) {
  const { ref, overflows } = useOverflows<HTMLDivElement>();
  const reach = overflows ? ({ tabIndex: 0, role: "region", "aria-label": label } as const) : {};
  return (
    <div ref={ref} className={`${classes.box} ${className ?? ""}`} {...reach}>
      {children}
    </div>
  );
}
