import { useTranslation } from "react-i18next";
import type { Problem } from "../../../api/types";
import { refusedText } from "../../../ui/errorText";
import classes from "./schema.module.css";

export function ProblemList({ problems }: { problems: readonly Problem[] }) {
  const { t } = useTranslation();
  if (problems.length === 0) return null;
  return (
    <ul className={classes.problems}>
      {problems.map(({ path, code, message }) => (
        <li key={`${path} ${code} ${message}`}>
          {refusedText({ code, message }, t)} {path ? <code>{path}</code> : null}
        </li>
      ))}
    </ul>
  );
}
