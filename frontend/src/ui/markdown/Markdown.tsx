import { lazy, Suspense } from "react";
import classes from "./Markdown.module.css";

interface Props {
  text: string;
}

function Typed({ text }: Props) {
  return <div className={classes.typed}>{text}</div>;
}

// Asked for along with the screen. Where it cannot be had, the words themselves must do: a
// guideline is no reason to take an item away from somebody.
const loading = import("./Rendered").then(
  (module) => ({ default: module.Rendered }),
  () => ({ default: Typed }),
);
const Rendered = lazy(() => loading);

/** A text of a lead, such as a guideline. Until the renderer is here, it is shown as typed. */
export function Markdown({ text }: Props) {
  return (
    <Suspense fallback={<Typed text={text} />}>
      <Rendered text={text} />
    </Suspense>
  );
}
