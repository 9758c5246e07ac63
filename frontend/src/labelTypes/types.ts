/** What a label type brings. It gets its data as props and says what changed; it asks no server. */

import type { ComponentType } from "react";
import type {
  Answer,
  Box,
  ItemData,
  PairwiseLabel,
  Question,
  QuestionType,
  Span,
} from "../core/schema";

interface LabelsByType {
  choice: string;
  choices: string[];
  rating: number;
  number: number;
  text: string;
  spans: Span[];
  boxes: Box[];
  pairwise: PairwiseLabel;
  ranking: string[];
}

type LabelOf<Type extends QuestionType> = LabelsByType[Type];
type QuestionOf<Type extends QuestionType> = Extract<Question, { type: Type }>;

export interface Change {
  /** Changes with the same key in a row are undone as one. */
  joins?: string;
  /** Nothing more to say here: the cursor may go to the next question. */
  isDone?: boolean;
}

/** A question with its label, drawn on the same input but edited elsewhere. */
export interface Neighbour {
  question: Question;
  label: Answer[string];
}

export interface EditorProps<Type extends QuestionType> {
  question: QuestionOf<Type>;
  label: LabelOf<Type> | undefined;
  onChange: (label: LabelOf<Type> | undefined, change?: Change) => void;
  /** Its keys act only while it has the cursor. */
  isFocused: boolean;
  /** The question asks for the cursor: something of it was clicked. */
  onFocus: () => void;
  data: ItemData;
  /** Where the input is shown; null while another question draws there. */
  stage: HTMLElement | null;
  neighbours: readonly Neighbour[];
}

/** One voter's label, or the model's. */
export interface Voice<Type extends QuestionType> {
  name: string;
  label: LabelOf<Type> | undefined;
  isModel: boolean;
}

export interface ComparisonProps<Type extends QuestionType> {
  question: QuestionOf<Type>;
  data: ItemData;
  voices: readonly Voice<Type>[];
}

export interface SummaryProps<Type extends QuestionType> {
  question: QuestionOf<Type>;
  label: LabelOf<Type>;
}

/** A suggestion, beside the item it was made for. */
export interface SaidProps<Type extends QuestionType> extends SummaryProps<Type> {
  data: ItemData;
}

/** A line for the foot of the workspace: what the keys in hand do. */
export interface Hint {
  /** Key of the words in `labelTypes.json`, under `hints`. */
  words: string;
  keys: readonly string[];
}

export interface LabelType<Type extends QuestionType> {
  type: Type;
  /** Whether its labels are drawn on an input, or said in the panel only. */
  place: "panel" | "stage";
  Editor: ComponentType<EditorProps<Type>>;
  Comparison: ComponentType<ComparisonProps<Type>>;
  hints: (question: QuestionOf<Type>) => readonly Hint[];
  /** One line for lists. */
  Summary: ComponentType<SummaryProps<Type>>;
  /** What a model suggests, where one line does not tell enough to say yes or no. */
  Said?: ComponentType<SaidProps<Type>>;
}
