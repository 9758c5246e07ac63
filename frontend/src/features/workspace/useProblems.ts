import { useTranslation } from "react-i18next";
import { faultsOf, problemsOf } from "../../core/check";
import type { LabelSchema } from "../../core/schema";
import { namedProblemText, problemText } from "../../labelTypes/answering/problemText";
import { refusedText } from "../../ui/errorText";
import { type SessionState, sheetOf } from "./session/types";

interface Problems {
  /** In words, question by question ("" is the whole answer). */
  byQuestion: Readonly<Record<string, readonly string[]>>;
  /** Why the answer was not sent, with its question; null when nothing but labels is missing. */
  unsent: string | null;
}

/** What is missing or wrong, once somebody tried to submit, and what the server found. */
export function useProblems(state: SessionState, schema: LabelSchema): Problems {
  const { t } = useTranslation("labelTypes");
  const byQuestion: Record<string, string[]> = {};
  for (const [question, refused] of Object.entries(state.serverProblems)) {
    byQuestion[question] = refused.map((problem) => refusedText(problem, t));
  }
  const sheet = sheetOf(state);
  if (!sheet || !state.showsShortfalls) return { byQuestion, unsent: null };
  const { answer } = sheet.history.present;
  for (const problem of problemsOf(schema, answer, state.check)) {
    byQuestion[problem.question] ??= [problemText(problem, t)];
  }
  const [fault] = faultsOf(schema, answer, state.check);
  return { byQuestion, unsent: fault ? namedProblemText(fault, schema, t) : null };
}
