import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { type Shortfall, shortfalls } from "../../core/check";
import type { LabelSchema } from "../../core/schema";
import { type SessionState, sheetOf } from "./session/types";

type Problems = Readonly<Record<string, readonly string[]>>;

function wordsOf(shortfall: Shortfall, t: TFunction<"labelTypes">): string {
  return t(`answer.problem.${shortfall.code}`, { count: shortfall.count });
}

/** What is missing, once somebody tried to submit, and what the server found. */
export function useProblems(state: SessionState, schema: LabelSchema): Problems {
  const { t } = useTranslation("labelTypes");
  const sheet = sheetOf(state);
  if (!sheet || !state.showsShortfalls) return state.serverProblems;
  const missing = shortfalls(schema, sheet.history.present.answer).map(
    (shortfall) => [shortfall.question, [wordsOf(shortfall, t)]] as const,
  );
  return { ...Object.fromEntries(missing), ...state.serverProblems };
}
