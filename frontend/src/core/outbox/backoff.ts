/** How long to wait before trying again. */

const FIRST = 1_000;
const MOST = 60_000;

/** Doubles each time, with half of it left to chance so that many browsers do not knock at once. */
export function waitBefore(attempt: number, chance: number): number {
  const full = Math.min(MOST, FIRST * 2 ** Math.max(0, attempt - 1));
  return Math.round(full / 2 + (full / 2) * chance);
}
