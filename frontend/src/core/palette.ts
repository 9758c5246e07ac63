/** The colours of categories: one hue each, in a shade that can be read on either background. */

import type { Category } from "./schema";

/** Twelve hues, neighbours far apart. */
const HUES = [
  "#f08c00",
  "#228be6",
  "#2f9e44",
  "#be4bdb",
  "#e0b400",
  "#e03131",
  "#0ca5b8",
  "#7048e8",
  "#74b816",
  "#d6336c",
  "#12a886",
  "#868e96",
] as const;

const PAPER: Rgb = [255, 255, 255];
const NIGHT: Rgb = [28, 29, 32];
/** WCAG AA for text, with some room for the tint behind it. */
const CONTRAST = 5.2;

type Rgb = readonly [number, number, number];

export interface CategoryColors {
  /** The hue itself, for outlines over pictures and for swatches. */
  solid: string;
  /** Readable as text on a light and on a dark panel. */
  inkOnLight: string;
  inkOnDark: string;
  /** Black or white, whichever reads better on `solid`. */
  onSolid: string;
}

function parse(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

function format(color: Rgb): string {
  return `#${color.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
}

function luminance(color: Rgb): number {
  const [red, green, blue] = color.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}

function contrast(a: Rgb, b: Rgb): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

export function contrastOf(a: string, b: string): number {
  return contrast(parse(a), parse(b));
}

function mix(color: Rgb, other: Rgb, share: number): Rgb {
  const part = (index: 0 | 1 | 2) => color[index] * (1 - share) + other[index] * share;
  return [part(0), part(1), part(2)];
}

/** Goes towards black or white in small steps until the text can be read. */
function readable(color: Rgb, on: Rgb, towards: Rgb): string {
  for (let share = 0; share < 1; share += 0.04) {
    const tried = mix(color, towards, share);
    if (contrast(tried, on) >= CONTRAST) return format(tried);
  }
  return format(towards);
}

const known = new Map<string, CategoryColors>();

export function colorsOf(hex: string): CategoryColors {
  const found = known.get(hex);
  if (found) return found;
  const color = parse(hex);
  const colors: CategoryColors = {
    solid: hex,
    // Text also stands on a tint of its own colour, which costs contrast on both sides.
    inkOnLight: readable(color, mix(PAPER, color, 0.2), [0, 0, 0]),
    inkOnDark: readable(color, mix(NIGHT, color, 0.2), [255, 255, 255]),
    onSolid: contrast(color, [17, 17, 17]) >= contrast(color, PAPER) ? "#111111" : "#ffffff",
  };
  known.set(hex, colors);
  return colors;
}

export function hueAt(index: number): string {
  return HUES[index % HUES.length] ?? HUES[0];
}

export function colorsOfCategory(categories: Category[], id: string): CategoryColors {
  const index = Math.max(
    0,
    categories.findIndex((category) => category.id === id),
  );
  return colorsOf(categories[index]?.color ?? hueAt(index));
}
