import type { TFunction } from "i18next";

/** What went wrong, in the reader's language where we have words for it, else the server's. */
export function errorText(error: unknown, t: TFunction): string {
  if (!(error instanceof Error)) return t("common:errors.unknown");
  const code = "code" in error ? `${error.code}` : "unknown";
  return t(`common:errors.${code}`, { defaultValue: error.message });
}
