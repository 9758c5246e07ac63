import { useTranslation } from "react-i18next";
import type { CheckState } from "./schema/useSchemaCheck";

interface Props {
  check: CheckState;
  /** A project that is not there yet needs a name too. */
  lacksName?: boolean;
}

function wordsOf({ check, lacksName }: Props): "checking" | "sound" | "nameless" {
  if (!check.isSound) return "checking";
  return lacksName ? "nameless" : "sound";
}

/** What the server thinks of the schema, in one line beside the save button. */
export function CheckNote({ check, lacksName }: Props) {
  const { t } = useTranslation("setup");
  if (check.problems.length > 0) {
    return (
      <span style={{ color: "var(--bad)" }}>
        {t("check.problems", { count: check.problems.length })}
      </span>
    );
  }
  return <span>{t(`check.${wordsOf({ check, lacksName })}`)}</span>;
}
