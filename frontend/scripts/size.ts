/** Fails when the first screen's JavaScript, zipped, outgrows its budget. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUDGET_KB = 220;
const DIST = new URL("../dist/", import.meta.url);

interface Chunk {
  file: string;
  isEntry?: boolean;
  imports?: string[];
}

const manifest: Record<string, Chunk> = JSON.parse(
  readFileSync(new URL(".vite/manifest.json", DIST), "utf8"),
);

/** The entry and everything it imports before it can run. */
function firstScreen(key: string, seen = new Set<string>()): Set<string> {
  const chunk = manifest[key];
  if (!chunk || seen.has(key)) return seen;
  seen.add(key);
  for (const imported of chunk.imports ?? []) firstScreen(imported, seen);
  return seen;
}

const entry = Object.keys(manifest).find((key) => manifest[key]?.isEntry);
if (!entry) throw new Error("No entry in the manifest: build first.");

let total = 0;
for (const key of firstScreen(entry)) {
  const file = manifest[key]?.file;
  if (!file) continue;
  const kilobytes = gzipSync(readFileSync(new URL(file, DIST))).length / 1000;
  total += kilobytes;
  process.stdout.write(`${kilobytes.toFixed(1).padStart(7)} kB  ${file}\n`);
}
process.stdout.write(`${total.toFixed(1).padStart(7)} kB  first screen, budget ${BUDGET_KB} kB\n`);
if (total > BUDGET_KB) process.exit(1);
