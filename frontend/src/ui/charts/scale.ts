/** The smallest round number (1, 2, 2.5 or 5 times a power of ten) no smaller than `value`. */
export function roundUp(value: number): number {
  if (value <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= value) ?? 10;
  return Math.ceil(step * power);
}
