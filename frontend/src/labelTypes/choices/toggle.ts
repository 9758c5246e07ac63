import { choicesLimits } from "../../core/check";
import type { ChoicesQuestion } from "../../core/schema";

/** Adds or takes out a category, in schema order; a choice beyond the limit is not taken. */
export function toggleCategory(question: ChoicesQuestion, chosen: string[], id: string): string[] {
  if (chosen.includes(id)) return chosen.filter((other) => other !== id);
  if (chosen.length >= choicesLimits(question).max) return chosen;
  return question.categories
    .map((category) => category.id)
    .filter((other) => other === id || chosen.includes(other));
}
