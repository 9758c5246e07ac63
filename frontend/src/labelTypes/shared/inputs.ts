import { createContext, useContext } from "react";
import { optionsOf, type RankingQuestion, type SchemaInput, titleOf } from "../../core/schema";

/** The inputs of the schema at hand, for questions whose labels name inputs. */
export const SchemaInputs = createContext<readonly SchemaInput[]>([]);

/** What a ranking puts in order, with the names that people read. */
export function useRankingOptions(question: RankingQuestion): { id: string; title: string }[] {
  const inputs = useContext(SchemaInputs);
  const named = [...(question.categories ?? []), ...inputs];
  return optionsOf(question).map((id) => {
    const found = named.find((one) => one.id === id);
    return { id, title: found ? titleOf(found) : id };
  });
}
