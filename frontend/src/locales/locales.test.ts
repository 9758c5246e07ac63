import { describe, expect, it } from "vitest";

type Words = { [key: string]: string | Words };

const files = import.meta.glob<Words>("./*/*.json", { eager: true, import: "default" });

function keysOf(words: Words, prefix = ""): string[] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === "string" ? [`${prefix}${key}`] : keysOf(value, `${prefix}${key}.`),
  );
}

/** Chinese has one plural form and English two, so the number is not compared. */
function comparable(words: Words): string[] {
  return [...new Set(keysOf(words).map((key) => key.replace(/_(one|other)$/, "")))].sort();
}

/** Words that only one language needs: the server's own English already reads well. */
function isOptional(key: string): boolean {
  return key.startsWith("reasons.") || key.startsWith("problems.");
}

const namespaces = Object.keys(files)
  .filter((path) => path.startsWith("./en/"))
  .map((path) => path.replace("./en/", ""));

describe.each(namespaces)("the words of %s", (namespace) => {
  const english = files[`./en/${namespace}`] ?? {};
  const chinese = files[`./zh-hans/${namespace}`] ?? {};

  it("are there in both languages", () => {
    const required = (words: Words) => comparable(words).filter((key) => !isOptional(key));
    expect(required(chinese)).toEqual(required(english));
  });

  it("have a form for one and for many", () => {
    const missing = keysOf(english)
      .filter((key) => key.endsWith("_one"))
      .filter((key) => !keysOf(english).includes(key.replace(/_one$/, "_other")));
    expect(missing).toEqual([]);
  });
});
