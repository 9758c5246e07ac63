import type { Problem } from "../../../api/types";
import classes from "./schema.module.css";

export function ProblemList({ problems }: { problems: readonly Problem[] }) {
  if (problems.length === 0) return null;
  return (
    <ul className={classes.problems}>
      {problems.map(({ path, code, message }) => (
        <li key={`${path} ${code} ${message}`}>
          {message} {path ? <code>{path}</code> : null}
        </li>
      ))}
    </ul>
  );
}
