import { colorsOfCategory } from "../../core/palette";
import { titleOf } from "../../core/schema";
import { Tally } from "../shared/Tally";
import type { ComparisonProps } from "../types";

export function ChoicesComparison({ question, voices }: ComparisonProps<"choices">) {
  const rows = question.categories.map((category) => ({
    id: category.id,
    title: titleOf(category),
    colors: category.color ? colorsOfCategory(question.categories, category.id) : undefined,
    names: voices.filter((voice) => voice.label?.includes(category.id)).map((voice) => voice.name),
  }));
  return <Tally rows={rows} voices={voices.length} caption={titleOf(question)} isPerRow />;
}
