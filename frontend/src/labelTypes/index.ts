/** The one list of label types. To add one: its folder, and a line here. */

import type { QuestionType } from "../core/schema";
import { boxes } from "./boxes";
import { choice } from "./choice";
import { choices } from "./choices";
import { number } from "./number";
import { pairwise } from "./pairwise";
import { ranking } from "./ranking";
import { rating } from "./rating";
import { spans } from "./spans";
import { text } from "./text";
import type { LabelType } from "./types";

const LABEL_TYPES: { [Type in QuestionType]: LabelType<Type> } = {
  choice,
  choices,
  rating,
  number,
  text,
  spans,
  boxes,
  pairwise,
  ranking,
};

/**
 * The label type of a question. Seen from outside, question and label always come together, so
 * the pairing that TypeScript cannot follow through a lookup is asserted here, and only here.
 * Undefined for a type this page does not know yet: the server may be newer than the page.
 */
export function labelTypeOf(type: string): LabelType<QuestionType> | undefined {
  return (LABEL_TYPES as unknown as Record<string, LabelType<QuestionType>>)[type];
}
