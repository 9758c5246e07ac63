interface Cell {
  text: string;
  isLastOfRow: boolean;
}

/** The cells of a CSV text (RFC 4180): quoted ones may hold commas, quotes and new lines. */
function* cellsOf(text: string): Generator<Cell> {
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  pattern.lastIndex = text.startsWith("\ufeff") ? 1 : 0;
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (!match) return;
    const [, quoted, plain = "", end] = match;
    yield { text: quoted?.replaceAll('""', '"') ?? plain, isLastOfRow: end !== "," };
  }
}

/** The first rows of a CSV text; a row that was cut off keeps the cells it has. */
export function readCsv(text: string, mostRows: number): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const cell of cellsOf(text)) {
    if (rows.length === mostRows) break;
    row.push(cell.text);
    if (!cell.isLastOfRow) continue;
    rows.push(row);
    row = [];
  }
  return row.length > 0 && rows.length < mostRows ? [...rows, row] : rows;
}
