import { useTranslation } from "react-i18next";
import type { CheckState } from "./schema/useSchemaCheck";

/** What the server thinks of the schema, in one line beside the save button. */
export function CheckNote({ check }: { check: CheckState }) {
  const { t } = useTranslation("setup");
  if (check.problems.length > 0) {
    return (
      <span style={{ color: "var(--bad)" }}>
        {t("check.problems", { count: check.problems.length })}
      </span>
    );
  }
  return <span>{check.isSound ? t("check.sound") : t("check.checking")}</span>;
}
