import type { TFunction } from "i18next";

/** How the server says no: a code for programs, and a sentence in English. */
interface Refused {
  code: string;
  message: string;
}

/** Why a request was refused, in the reader's language where we have words, else the server's. */
export function codeText({ code, message }: Refused, t: TFunction): string {
  return t(`common:errors.${code}`, { defaultValue: message });
}

/**
 * What is wrong at one place. The server's sentence names the very values, so English readers get
 * it as it is; other languages have words for its code.
 */
export function refusedText({ code, message }: Refused, t: TFunction): string {
  return t(`common:problems.${code}`, { defaultValue: message });
}

/** Why a job failed. Jobs of an older release carry the sentence alone. */
export function jobErrorText(
  { error_code, error }: { error_code: string | null; error: string | null },
  t: TFunction,
): string {
  if (!error_code) return error ?? t("common:errors.unknown");
  return codeText({ code: error_code, message: error ?? "" }, t);
}

export function errorText(error: unknown, t: TFunction): string {
  if (!(error instanceof Error)) return t("common:errors.unknown");
  return codeText(
    { code: "code" in error ? `${error.code}` : "unknown", message: error.message },
    t,
  );
}
