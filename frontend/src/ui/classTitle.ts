import type { Question } from "../core/schema";

/** What a class is called on screen; the server names classes by their ids, as text. */
export function classTitle(question: Question, name: string): string {
  if (!("categories" in question)) return name;
  return question.categories?.find(({ id }) => id === name)?.title || name;
}
