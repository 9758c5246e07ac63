import type { LabelSchema, Question, QuestionType } from "../../../api/types";

const LONGEST_ID = 40;

/** An id made from a title; empty when the title has nothing an id may hold (Chinese, say). */
export function idFromTitle(title: string): string {
  return title
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[^a-z]+|_+$/g, "")
    .slice(0, LONGEST_ID);
}

export function freshId(stem: string, taken: readonly string[]): string {
  if (!taken.includes(stem)) return stem;
  let number = 2;
  while (taken.includes(`${stem}_${number}`)) number += 1;
  return `${stem}_${number}`;
}

function idOfFirst(schema: LabelSchema, type: "text" | "image"): string {
  return schema.inputs.find((input) => input.type === type)?.id ?? schema.inputs[0]?.id ?? "";
}

export const twoCategories = () => [
  { id: "category", title: "" },
  { id: "category_2", title: "" },
];

const BLANK: Record<QuestionType, (id: string, schema: LabelSchema) => Question> = {
  choice: (id) => ({ id, type: "choice", title: "", categories: twoCategories() }),
  choices: (id) => ({ id, type: "choices", title: "", categories: twoCategories() }),
  rating: (id) => ({ id, type: "rating", title: "", min: 1, max: 5 }),
  number: (id) => ({ id, type: "number", title: "" }),
  text: (id) => ({ id, type: "text", title: "", max_length: 2000, required: false }),
  spans: (id, schema) => ({
    id,
    type: "spans",
    title: "",
    on: idOfFirst(schema, "text"),
    categories: twoCategories(),
  }),
  boxes: (id, schema) => ({
    id,
    type: "boxes",
    title: "",
    on: idOfFirst(schema, "image"),
    categories: twoCategories(),
  }),
  pairwise: (id, schema) => ({
    id,
    type: "pairwise",
    title: "",
    on: [schema.inputs[0]?.id ?? "", schema.inputs[1]?.id ?? schema.inputs[0]?.id ?? ""],
    allow_tie: true,
  }),
  ranking: (id) => ({ id, type: "ranking", title: "", categories: twoCategories() }),
};

export function blankQuestion(type: QuestionType, schema: LabelSchema): Question {
  const taken = schema.questions.map(({ id }) => id);
  return BLANK[type](freshId(type, taken), schema);
}
