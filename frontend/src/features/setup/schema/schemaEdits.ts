import type {
  Category,
  LabelSchema,
  Question,
  QuestionType,
  SchemaInput,
} from "../../../api/types";
import { blankQuestion, freshId, idFromTitle } from "./newParts";
import { inputRenamed, questionRenamed } from "./renames";

export interface SchemaState {
  schema: LabelSchema;
  /** Ids follow titles while a project is new; once saved, labels refer to them and they stay. */
  idsFollow: boolean;
}

export type SchemaEdit =
  | { edit: "replace"; schema: LabelSchema }
  | { edit: "addInput"; type: SchemaInput["type"] }
  | { edit: "changeInput"; index: number; change: Partial<SchemaInput> }
  | { edit: "removeInput"; index: number }
  | { edit: "addQuestion"; type: QuestionType }
  | { edit: "changeQuestion"; index: number; change: object }
  | { edit: "removeQuestion"; index: number }
  | { edit: "moveQuestion"; index: number; by: -1 | 1 }
  | { edit: "addCategory"; question: number }
  | { edit: "changeCategory"; question: number; index: number; change: Partial<Category> }
  | { edit: "removeCategory"; question: number; index: number }
  | { edit: "moveCategory"; question: number; index: number; by: -1 | 1 };

export type EditSchema = (edit: SchemaEdit) => void;

function replaceAt<Part>(list: readonly Part[], index: number, part: Part): Part[] {
  return list.map((old, at) => (at === index ? part : old));
}

function without<Part>(list: readonly Part[], index: number): Part[] {
  return list.filter((_, at) => at !== index);
}

function moved<Part>(list: readonly Part[], index: number, by: number): Part[] {
  const part = list[index];
  const target = index + by;
  if (part === undefined || target < 0 || target >= list.length) return [...list];
  const rest = without(list, index);
  return [...rest.slice(0, target), part, ...rest.slice(target)];
}

const UNTOUCHED =
  /^(category|text|picture|choices?|rating|number|spans|boxes|pairwise|ranking)(_\d+)?$/;

/** Nobody chose this id: it is a new part's first one, or came from the title. */
function isMadeUp({ id, title }: { id: string; title?: string }): boolean {
  const made = idFromTitle(title ?? "");
  return UNTOUCHED.test(id) || (made !== "" && id.replace(/_\d+$/, "") === made);
}

/** The change, with the id led along when it was only ever made from the title. */
function withFollowingId<Part extends { id: string; title?: string }>(
  old: Part,
  change: Partial<Part>,
  taken: readonly string[],
): Partial<Part> {
  if (change.title === undefined || change.id !== undefined) return change;
  const next = idFromTitle(change.title);
  const others = taken.filter((id) => id !== old.id);
  if (!isMadeUp(old) || next === "") return change;
  return { ...change, id: others.includes(next) ? freshId(next, others) : next };
}

function dropUndefined<Part extends object>(part: Part): Part {
  return Object.fromEntries(
    Object.entries(part).filter(([, value]) => value !== undefined),
  ) as Part;
}

function changeInput(
  { schema, idsFollow }: SchemaState,
  index: number,
  change: Partial<SchemaInput>,
): LabelSchema {
  const old = schema.inputs[index];
  if (!old) return schema;
  const ids = schema.inputs.map(({ id }) => id);
  const next = { ...old, ...(idsFollow ? withFollowingId(old, change, ids) : change) };
  const inputs = replaceAt(schema.inputs, index, dropUndefined(next));
  return inputRenamed({ ...schema, inputs }, old.id, next.id);
}

function changeQuestion(
  { schema, idsFollow }: SchemaState,
  index: number,
  change: object,
): LabelSchema {
  const old = schema.questions[index];
  if (!old) return schema;
  const ids = schema.questions.map(({ id }) => id);
  const full = idsFollow ? withFollowingId<Question>(old, change, ids) : change;
  const next = dropUndefined({ ...old, ...full } as Question);
  const questions = replaceAt(schema.questions, index, next);
  return questionRenamed({ ...schema, questions }, old.id, next.id);
}

function withCategories(
  schema: LabelSchema,
  question: number,
  change: (categories: Category[]) => Category[],
): LabelSchema {
  const old = schema.questions[question];
  if (!old || !("categories" in old) || !old.categories) return schema;
  const next = { ...old, categories: change(old.categories) };
  return { ...schema, questions: replaceAt(schema.questions, question, next) };
}

function changeCategory(
  categories: Category[],
  index: number,
  change: Partial<Category>,
  idsFollow: boolean,
): Category[] {
  const old = categories[index];
  if (!old) return categories;
  const ids = categories.map(({ id }) => id);
  const full = idsFollow ? withFollowingId(old, change, ids) : change;
  return replaceAt(categories, index, dropUndefined({ ...old, ...full }));
}

function newInput(schema: LabelSchema, type: SchemaInput["type"]): SchemaInput {
  const taken = schema.inputs.map(({ id }) => id);
  return { id: freshId(type === "text" ? "text" : "picture", taken), type };
}

function newCategory(categories: Category[]): Category {
  const taken = categories.map(({ id }) => id);
  return { id: freshId("category", taken), title: "" };
}

type Edits = { [Name in SchemaEdit["edit"]]: Extract<SchemaEdit, { edit: Name }> };
type Apply = {
  [Name in keyof Edits]: (state: SchemaState, edit: Edits[Name]) => LabelSchema;
};

const APPLY: Apply = {
  replace: (_, { schema }) => schema,
  addInput: ({ schema }, { type }) => ({
    ...schema,
    inputs: [...schema.inputs, newInput(schema, type)],
  }),
  changeInput: (state, { index, change }) => changeInput(state, index, change),
  removeInput: ({ schema }, { index }) => ({ ...schema, inputs: without(schema.inputs, index) }),
  addQuestion: ({ schema }, { type }) => ({
    ...schema,
    questions: [...schema.questions, blankQuestion(type, schema)],
  }),
  changeQuestion: (state, { index, change }) => changeQuestion(state, index, change),
  removeQuestion: ({ schema }, { index }) => ({
    ...schema,
    questions: without(schema.questions, index),
  }),
  moveQuestion: ({ schema }, { index, by }) => ({
    ...schema,
    questions: moved(schema.questions, index, by),
  }),
  addCategory: ({ schema }, { question }) =>
    withCategories(schema, question, (list) => [...list, newCategory(list)]),
  changeCategory: ({ schema, idsFollow }, { question, index, change }) =>
    withCategories(schema, question, (list) => changeCategory(list, index, change, idsFollow)),
  removeCategory: ({ schema }, { question, index }) =>
    withCategories(schema, question, (list) => without(list, index)),
  moveCategory: ({ schema }, { question, index, by }) =>
    withCategories(schema, question, (list) => moved(list, index, by)),
};

/** The schema editor's one way to change a schema: pure, so that it can be tested and undone. */
export function schemaReducer(state: SchemaState, edit: SchemaEdit): SchemaState {
  const apply = APPLY[edit.edit] as (state: SchemaState, edit: SchemaEdit) => LabelSchema;
  return { ...state, schema: apply(state, edit) };
}
