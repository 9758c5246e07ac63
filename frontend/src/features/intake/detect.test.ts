import { describe, expect, it } from "vitest";
import { detectFormat, readHead } from "./detect";
import { readCsv } from "./readCsv";

describe("looking at a file before it is sent", () => {
  it("tells the formats apart by what they hold", () => {
    expect(detectFormat("a.txt", ' [{"data": {}}]')).toBe("label_studio");
    expect(detectFormat("a.json", '{"text": "x"}\n')).toBe("jsonl");
    expect(detectFormat("a.csv", "id,text\n")).toBe("csv");
    expect(detectFormat("a.jsonl", "")).toBe("jsonl");
  });

  it("reads quoted cells with commas, quotes and new lines", () => {
    expect(readCsv('id,text\r\n1,"a, ""b""\nc"\n2,', 9)).toEqual([
      ["id", "text"],
      ["1", 'a, "b"\nc'],
      ["2"],
    ]);
  });

  it("shows the columns of JSON lines, whether or not they stand under data", () => {
    const head = readHead(
      "jsonl",
      '{"external_id":"a","data":{"text":"x"}}\n{"text":"y","n":1}\n',
    );
    expect(head.columns).toEqual(["text", "external_id", "n"]);
    expect(head.rows).toEqual([
      ["x", "a", ""],
      ["y", "", "1"],
    ]);
  });

  it("shows what it can of a list that was cut off", () => {
    const head = readHead("label_studio", '[{"data":{"text":"x"}},{"data":{"text":"y"}},{"da');
    expect(head.rows).toEqual([["x"], ["y"]]);
  });
});
