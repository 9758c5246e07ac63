import type { Answer, FileFormat, Label, LabelSchema, Question } from "../../api/types";
import { optionsOf, placesOf } from "../../core/schema";

/** A valid label of each type, for examples; none where a short one would teach nothing. */
function exampleLabel(question: Question): Label | undefined {
  switch (question.type) {
    case "choice":
      return question.categories[0]?.id;
    case "choices":
      return question.categories.slice(0, 1).map(({ id }) => id);
    case "rating":
      return question.max;
    case "number":
      return question.min ?? question.max ?? question.step ?? 1;
    case "ranking":
      return optionsOf(question).slice(0, placesOf(question));
    case "pairwise":
      return "left";
    case "spans":
      return [{ start: 0, end: 4, category: question.categories[0]?.id ?? "" }];
    default:
      return undefined;
  }
}

function exampleGold(schema: LabelSchema): Answer {
  const gold: Answer = {};
  for (const question of schema.questions) {
    const label = question.show_when ? undefined : exampleLabel(question);
    if (label !== undefined) gold[question.id] = label;
  }
  return gold;
}

function exampleData(schema: LabelSchema, number: number): Record<string, string> {
  return Object.fromEntries(
    schema.inputs.map(({ id, type }) => [
      id,
      type === "image" ? `picture-${number}.jpg` : `${id} ${number}`,
    ]),
  );
}

function jsonl(schema: LabelSchema): string {
  const plain = { external_id: "item-1", data: exampleData(schema, 1) };
  const known = { external_id: "item-2", data: exampleData(schema, 2), gold: exampleGold(schema) };
  return [plain, known].map((row) => JSON.stringify(row)).join("\n");
}

function csvCell(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function csv(schema: LabelSchema): string {
  const gold = Object.entries(exampleGold(schema)).filter(
    ([, label]) => typeof label !== "object",
  );
  const inputs = schema.inputs.map(({ id }) => id);
  const header = ["external_id", ...inputs, ...gold.map(([id]) => `gold.${id}`)];
  const row = (number: number, cells: unknown[]) => [
    `item-${number}`,
    ...Object.values(exampleData(schema, number)),
    ...cells,
  ];
  const lines = [
    header,
    row(
      1,
      gold.map(() => ""),
    ),
    row(
      2,
      gold.map(([, label]) => label),
    ),
  ];
  return lines.map((line) => line.map(csvCell).join(",")).join("\n");
}

function labelStudio(schema: LabelSchema): string {
  return JSON.stringify(
    [1, 2].map((number) => ({ id: number, data: exampleData(schema, number) })),
    null,
    2,
  );
}

const EXAMPLES: Record<FileFormat, (schema: LabelSchema) => string> = {
  jsonl,
  csv,
  label_studio: labelStudio,
};

/** A small file of a format that this very project would take. */
export function exampleFile(format: FileFormat, schema: LabelSchema): string {
  return EXAMPLES[format](schema);
}
