import type { FileFormat } from "../../api/types";
import { readCsv } from "./readCsv";

/** How much of a file is looked at before it is sent. */
export const HEAD_BYTES = 256 * 1024;
const MOST_ROWS = 5;

export interface FileHead {
  format: FileFormat;
  columns: string[];
  rows: string[][];
}

/** Which of our formats a file most likely is: by what it holds, then by its name. */
export function detectFormat(name: string, head: string): FileFormat {
  const start = head.trimStart();
  if (start.startsWith("[")) return "label_studio";
  if (start.startsWith("{")) return "jsonl";
  return /\.(jsonl|ndjson)$/i.test(name) ? "jsonl" : "csv";
}

type Row = Record<string, unknown>;

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The objects at the start of a JSON list whose end was cut off. */
function objectsOfCutList(head: string): unknown[] {
  const whole = parsed(head);
  if (Array.isArray(whole)) return whole;
  const lastEnd = head.lastIndexOf("}");
  for (let end = lastEnd; end > 0; end = head.lastIndexOf("}", end - 1)) {
    const list = parsed(`${head.slice(0, end + 1)}]`);
    if (Array.isArray(list)) return list;
  }
  return [];
}

function flat(row: Row): Row {
  const { data, ...rest } = row;
  return isRow(data) ? { ...data, ...rest } : row;
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function tableOf(format: FileFormat, objects: unknown[]): FileHead {
  const rows = objects.filter(isRow).slice(0, MOST_ROWS).map(flat);
  const columns = [...new Set(rows.flatMap(Object.keys))];
  return { format, columns, rows: rows.map((row) => columns.map((name) => cell(row[name]))) };
}

/** The first rows as a table, for a look before the import. */
export function readHead(format: FileFormat, head: string): FileHead {
  if (format === "csv") {
    const [columns = [], ...rows] = readCsv(head, MOST_ROWS + 1);
    return { format, columns, rows };
  }
  if (format === "label_studio") return tableOf(format, objectsOfCutList(head));
  const lines = head.split("\n").filter((line) => line.trim() !== "");
  return tableOf(format, lines.slice(0, MOST_ROWS).map(parsed));
}
