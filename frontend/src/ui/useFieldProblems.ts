import { useTranslation } from "react-i18next";
import { errorText, refusedText } from "./errorText";

interface FieldProblem {
  path: string;
  code: string;
  message: string;
}

export interface FieldProblems {
  /** What to show at the field whose JSON pointer is `/name`. */
  at: (name: string) => string | undefined;
  /** What belongs to no field, for the foot of the form. */
  rest: string | undefined;
}

function problemsOf(error: unknown): readonly FieldProblem[] {
  if (error instanceof Error && "problems" in error && Array.isArray(error.problems)) {
    return error.problems;
  }
  return [];
}

/** Spreads the server's refusal over a form: at the fields it names, the rest below. */
export function useFieldProblems(error: unknown, fields: readonly string[]): FieldProblems {
  const { t } = useTranslation("common");
  const problems = problemsOf(error);
  const belongsTo = (problem: FieldProblem, name: string) =>
    problem.path === `/${name}` || problem.path.startsWith(`/${name}/`);
  const textOf = (problem: FieldProblem | undefined) => problem && refusedText(problem, t);
  const homeless = problems.filter((problem) => !fields.some((name) => belongsTo(problem, name)));
  const placed = problems.length > homeless.length;
  return {
    at: (name) => textOf(problems.find((problem) => belongsTo(problem, name))),
    rest: !error ? undefined : textOf(homeless[0]) || (placed ? undefined : errorText(error, t)),
  };
}
