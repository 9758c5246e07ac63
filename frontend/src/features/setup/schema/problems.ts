import { createContext, useContext } from "react";
import { useTranslation } from "react-i18next";
import type { Problem } from "../../../api/types";
import { refusedText } from "../../../ui/errorText";

const SchemaProblems = createContext<readonly Problem[]>([]);

export const SchemaProblemsProvider = SchemaProblems.Provider;

/** Fields that show their own problems; all others are told at the foot of their card. */
const SHOWN_AT_FIELD =
  /^\/(id|title|help|min|max|min_side|max_length|on|categories\/\d+\/(id|title|description|color))$/;

export interface ProblemsBelow {
  /** The first problem of exactly this field. */
  at: (path: string) => string | undefined;
  /** Everything below the card that no field of it shows. */
  rest: readonly Problem[];
}

/** The problems of one part of the schema, by JSON pointers relative to it. */
export function useProblemsBelow(pointer: string): ProblemsBelow {
  const { t } = useTranslation();
  const below = useContext(SchemaProblems)
    .filter(({ path }) => path === pointer || path.startsWith(`${pointer}/`))
    .map((problem) => ({ ...problem, path: problem.path.slice(pointer.length) }));
  return {
    at: (path) => {
      const found = below.find((problem) => problem.path === path);
      return found && refusedText(found, t);
    },
    rest: below.filter(({ path }) => !SHOWN_AT_FIELD.test(path)),
  };
}
