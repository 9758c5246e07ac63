import { useMemo } from "react";
import { useTranslation } from "react-i18next";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function localeOf(language: string): string {
  return language === "zh-hans" ? "zh-Hans-CN" : "en-GB";
}

/** Between figures and Chinese words stands a space, as in all other texts here. */
function spaced(text: string): string {
  return text.replace(/(\d)(?=\p{Script=Han})/gu, "$1 ");
}

function ago(iso: string, words: Intl.RelativeTimeFormat): string {
  const seconds = Math.round((Date.parse(iso) - Date.now()) / 1000);
  const distance = Math.abs(seconds);
  if (distance < MINUTE) return words.format(0, "second");
  if (distance < HOUR) return words.format(Math.round(seconds / MINUTE), "minute");
  if (distance < DAY) return words.format(Math.round(seconds / HOUR), "hour");
  return words.format(Math.round(seconds / DAY), "day");
}

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

function bytes(count: number, locale: string): string {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(count, 1)) / 3));
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: UNITS[step],
    // In short English all of them are "byte".
    unitDisplay: step === 0 ? "long" : "short",
    maximumFractionDigits: step === 0 ? 0 : 1,
  }).format(count / 1000 ** step);
}

export interface Format {
  number: (value: number) => string;
  /** What was measured, a share of 1, as per cent; a dash when unknown. */
  percent: (share: number | null | undefined, digits?: number) => string;
  /** What somebody chose, a share of 1, as per cent with the digits that it was given. */
  chosenPercent: (share: number) => string;
  decimal: (value: number | null | undefined) => string;
  /** In whatever unit is paid in; small amounts are not rounded to nothing. */
  money: (amount: number) => string;
  seconds: (count: number) => string;
  bytes: (count: number) => string;
  date: (iso: string) => string;
  time: (iso: string) => string;
  ago: (iso: string) => string;
}

function makeFormat(language: string): Format {
  const locale = localeOf(language);
  const number = new Intl.NumberFormat(locale);
  const decimal = new Intl.NumberFormat(locale, {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
    // What is rounded to nothing has no sign, as a share below.
    signDisplay: "negative",
  });
  const money = new Intl.NumberFormat(locale, {
    minimumFractionDigits: 2,
    maximumFractionDigits: 4,
  });
  const chosen = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 2 });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  const time = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
  const seconds = new Intl.NumberFormat(locale, {
    style: "unit",
    unit: "second",
    unitDisplay: "short",
    maximumFractionDigits: 0,
  });
  return {
    number: (value) => number.format(value),
    percent: (share, digits = 0) =>
      share === null || share === undefined || Number.isNaN(share)
        ? "–"
        : new Intl.NumberFormat(locale, {
            style: "percent",
            // As many for all of a kind: 93.0% stands in line with 95.9%.
            minimumFractionDigits: digits,
            maximumFractionDigits: digits,
            // What is rounded to nothing is 0%, not -0%.
            signDisplay: "negative",
          }).format(share),
    chosenPercent: (share) => chosen.format(share),
    decimal: (value) => (value === null || value === undefined ? "–" : decimal.format(value)),
    money: (amount) => money.format(amount),
    seconds: (count) => spaced(seconds.format(count)),
    bytes: (count) => spaced(bytes(count, locale)),
    date: (iso) => date.format(new Date(iso)),
    time: (iso) => time.format(new Date(iso)),
    ago: (iso) => spaced(ago(iso, relative)),
  };
}

/** Figures and times in the reader's language. */
export function useFormat(): Format {
  const { i18n } = useTranslation("common");
  return useMemo(() => makeFormat(i18n.language), [i18n.language]);
}
