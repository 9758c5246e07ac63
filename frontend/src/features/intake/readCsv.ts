/** The first rows of a CSV text (RFC 4180): quoted cells may hold commas, quotes and new lines. */
export function readCsv(text: string, mostRows: number): string[][] {
  const rows: string[][] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  let row: string[] = [];
  pattern.lastIndex = text.startsWith("\ufeff") ? 1 : 0;
  while (rows.length < mostRows && pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (!match) break;
    const [, quoted, plain, end] = match;
    row.push(quoted === undefined ? (plain ?? "") : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  return rows;
}
