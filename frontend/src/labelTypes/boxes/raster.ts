import { colorsOfCategory } from "../../core/palette";
import { type Box, type Category, titleOfCategory } from "../../core/schema";
import type { RasterBox } from "../../stages/raster/paint";

/** Line styles by the category's place, so that boxes differ by more than colour. */
const DASHES: (readonly number[] | undefined)[] = [undefined, [10, 4], [3, 3], [12, 4, 3, 4]];

export function penOf(categories: Category[], category: string) {
  const index = categories.findIndex((other) => other.id === category);
  return {
    name: titleOfCategory(categories, category),
    colors: colorsOfCategory(categories, category),
    dash: DASHES[Math.floor(Math.max(0, index) / 6) % DASHES.length],
  };
}

export function rasterBox(
  categories: Category[],
  box: Box,
  options: { voice?: string; isQuiet?: boolean; dash?: readonly number[] } = {},
): RasterBox {
  const { x, y, width, height } = box;
  const pen = penOf(categories, box.category);
  return {
    x,
    y,
    width,
    height,
    colors: pen.colors,
    name: options.voice ? `${options.voice} · ${pen.name}` : pen.name,
    dash: options.dash ?? pen.dash,
    isQuiet: options.isQuiet,
  };
}

/** A line style for each voter. */
export function dashOfVoice(index: number): readonly number[] {
  return DASHES[index % DASHES.length] ?? [];
}
