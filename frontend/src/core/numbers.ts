/** Numbers as people type them and as the server keeps them: decimals, digit by digit. */

import type { NumberQuestion } from "./schema";

/** A double gives back any decimal of so many digits. */
export const MOST_DIGITS = 15;

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)$/;
const BEGUN = /^[+-]?\d*\.?\d*$/;

/** Wide digits, the sign of print and a decimal comma are meant for what a program writes. */
function plain(typed: string): string {
  return typed.normalize("NFKC").trim().replace("−", "-").replace(/[,。]/, ".");
}

/** The number that was typed; null when it is none. */
export function numberOf(typed: string): number | null {
  return DECIMAL.test(plain(typed)) ? Number(plain(typed)) + 0 : null;
}

/** Whether it is a number or may still become one: "-", "12.". */
export function isBegun(typed: string): boolean {
  return BEGUN.test(plain(typed));
}

/** digits × 10^-decimals, exactly. */
interface Decimal {
  digits: bigint;
  decimals: number;
}

function decimalOf(value: number): Decimal {
  const [mantissa = "0", exponent = "0"] = `${value}`.split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  const decimals = fraction.length - Number(exponent);
  const digits = BigInt(whole + fraction);
  return decimals >= 0
    ? { digits, decimals }
    : { digits: digits * 10n ** BigInt(-decimals), decimals: 0 };
}

function scaled({ digits, decimals }: Decimal, to: number): bigint {
  return digits * 10n ** BigInt(to - decimals);
}

/** Between two steps; counted exactly, since in doubles 0.3 is no multiple of 0.1. */
export function isOffStep({ min = 0, step }: NumberQuestion, value: number): boolean {
  if (step === undefined || step <= 0) return false;
  const parts = [value, min, step].map(decimalOf);
  const to = Math.max(...parts.map(({ decimals }) => decimals));
  const [at = 0n, from = 0n, by = 1n] = parts.map((part) => scaled(part, to));
  return (at - from) % by !== 0n;
}

export function hasTooManyDigits(value: number): boolean {
  const [mantissa = ""] = `${Math.abs(value)}`.split("e");
  return mantissa.replace(".", "").replace(/^0+|0+$/g, "").length > MOST_DIGITS;
}
