/** What may be said of an item: the label schema and the labels, as plain values. */

export interface Category {
  id: string;
  title?: string;
  description?: string;
  color?: string;
}

export type Condition =
  | { question: string; in: (string | number)[] }
  | { all: Condition[] }
  | { any: Condition[] };

interface QuestionBase {
  id: string;
  title?: string;
  help?: string;
  /** True when left out. */
  required?: boolean;
  show_when?: Condition;
}

interface ChoiceQuestion extends QuestionBase {
  type: "choice";
  categories: Category[];
}
export interface ChoicesQuestion extends QuestionBase {
  type: "choices";
  categories: Category[];
  min?: number;
  max?: number;
}
export interface RatingQuestion extends QuestionBase {
  type: "rating";
  min: number;
  max: number;
  anchors?: Record<string, string>;
}
export interface NumberQuestion extends QuestionBase {
  type: "number";
  min?: number;
  max?: number;
  step?: number;
  unit?: string;
  tolerance?: number;
}
interface TextQuestion extends QuestionBase {
  type: "text";
  max_length?: number;
}
export interface SpansQuestion extends QuestionBase {
  type: "spans";
  on: string;
  categories: Category[];
  nested?: boolean;
}
export interface BoxesQuestion extends QuestionBase {
  type: "boxes";
  on: string;
  categories: Category[];
  min_side?: number;
}
export interface PairwiseQuestion extends QuestionBase {
  type: "pairwise";
  on: [string, string];
  allow_tie?: boolean;
}

/** The options are the categories or, named under `on`, inputs of the item. */
export interface RankingQuestion extends QuestionBase {
  type: "ranking";
  categories?: Category[];
  on?: string[];
  top?: number;
}

export type Question =
  | ChoiceQuestion
  | ChoicesQuestion
  | RatingQuestion
  | NumberQuestion
  | TextQuestion
  | SpansQuestion
  | BoxesQuestion
  | PairwiseQuestion
  | RankingQuestion;
export type QuestionType = Question["type"];

export interface SchemaInput {
  id: string;
  type: "text" | "image";
  title?: string;
}

export interface LabelSchema {
  inputs: SchemaInput[];
  questions: Question[];
}

/** Offsets count Unicode code points; `end` is exclusive. */
export interface Span {
  start: number;
  end: number;
  category: string;
}

/** Pixels of the full picture, origin at the top left. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
  category: string;
}

export type PairwiseLabel = "left" | "right" | "tie";
export type Label = string | number | string[] | Span[] | Box[];
export type Answer = Record<string, Label>;

export interface ImageValue {
  media: string;
  url: string;
  width: number;
  height: number;
}
export type InputValue = string | ImageValue;
export type ItemData = Record<string, InputValue>;

export function isRequired(question: Question): boolean {
  return question.required ?? true;
}

export function titleOf(thing: { id: string; title?: string }): string {
  return thing.title ?? thing.id;
}

/** A title before what was said: "Mood: ", but "Is it good? ". */
export function titleBefore(thing: { id: string; title?: string }): string {
  const title = thing.title || thing.id;
  return /[?？]$/.test(title) ? `${title} ` : `${title}: `;
}

export function titleOfCategory(categories: Category[], id: string): string {
  const found = categories.find((category) => category.id === id);
  return found ? titleOf(found) : id;
}

/** What a ranking puts in order, by id. */
export function optionsOf({ categories, on = [] }: RankingQuestion): string[] {
  return categories?.map(({ id }) => id) ?? on;
}

/** How many places of a ranking are asked for. */
export function placesOf(question: RankingQuestion): number {
  return question.top ?? optionsOf(question).length;
}

/** The inputs that are compared with each other. */
export function comparedInputs(question: Question): string[] {
  return question.type === "pairwise" || question.type === "ranking" ? (question.on ?? []) : [];
}

/** The inputs a question's labels are drawn on; none for a question of the panel. */
export function inputsOf(question: Question): string[] {
  if (question.type === "spans" || question.type === "boxes") return [question.on];
  return question.type === "pairwise" ? [...question.on] : [];
}

/** The answer with one label set, or taken out when it is undefined. */
export function withLabel(answer: Answer, question: string, label: Label | undefined): Answer {
  const { [question]: _old, ...rest } = answer;
  return label === undefined ? rest : { ...rest, [question]: label };
}

/** The titles of two categories that are mixed up; null where the schema knows one no longer. */
export function confusedTitles(
  schema: LabelSchema,
  confusion: { question: string; said: string; known: string } | null,
): { said: string; known: string } | null {
  const question = schema.questions.find(({ id }) => id === confusion?.question);
  const categories = (question && "categories" in question && question.categories) || [];
  const [said, known] = [confusion?.said, confusion?.known].map((id) =>
    categories.find((category) => category.id === id),
  );
  return said && known ? { said: titleOf(said), known: titleOf(known) } : null;
}
