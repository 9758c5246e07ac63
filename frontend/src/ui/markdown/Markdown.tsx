import { lazy, Suspense } from "react";
import classes from "./Markdown.module.css";

const Rendered = lazy(() => import("./Rendered").then((module) => ({ default: module.Rendered })));

/** A text of a lead, such as a guideline. Until the renderer is here, it is shown as typed. */
export function Markdown({ text }: { text: string }) {
  return (
    <Suspense fallback={<div className={classes.typed}>{text}</div>}>
      <Rendered text={text} />
    </Suspense>
  );
}
