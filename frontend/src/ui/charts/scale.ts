/**
 * The end of an axis that counts things: a round number no smaller than `value` whose half, which
 * is marked as well, is a whole number.
 */
export function roundUp(value: number): number {
  if (value <= 2) return 2;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 4, 6, 8, 10].find((factor) => factor * power >= value) ?? 10;
  return step * power;
}
