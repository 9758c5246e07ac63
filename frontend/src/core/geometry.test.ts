import { describe, expect, it } from "vitest";
import {
  cropRect,
  fitView,
  handleAt,
  iou,
  keepInView,
  moveRect,
  rectAt,
  rectFromCorners,
  resizeRect,
  roundRect,
  toPicture,
  toScreen,
  zoomView,
} from "./geometry";

const PICTURE = { width: 100, height: 80 };
const BOX = { x: 10, y: 10, width: 20, height: 20 };

describe("boxes", () => {
  it("are drawn from any corner to any other", () => {
    expect(rectFromCorners({ x: 30, y: 5 }, { x: 10, y: 25 })).toEqual({
      x: 10,
      y: 5,
      width: 20,
      height: 20,
    });
  });

  it("are cut to the picture", () => {
    expect(cropRect({ x: -5, y: 70, width: 20, height: 20 }, PICTURE)).toEqual({
      x: 0,
      y: 70,
      width: 15,
      height: 10,
    });
  });

  it("stop at the picture's edge when moved, and keep their size", () => {
    expect(moveRect(BOX, 500, -500, PICTURE)).toEqual({ x: 80, y: 0, width: 20, height: 20 });
  });

  it("keep the opposite corner and the least side when resized", () => {
    const bounds = { picture: PICTURE, least: 4 };
    expect(resizeRect(BOX, "se", { x: 5, y: 5 }, bounds)).toEqual({
      ...BOX,
      width: 25,
      height: 25,
    });
    expect(resizeRect(BOX, "nw", { x: 50, y: 50 }, bounds)).toEqual({
      x: 26,
      y: 26,
      width: 4,
      height: 4,
    });
    expect(resizeRect(BOX, "e", { x: 500, y: 9 }, bounds)).toEqual({ ...BOX, width: 90 });
  });

  it("keep what else they carry", () => {
    expect(moveRect({ ...BOX, category: "roof" }, 1, 1, PICTURE).category).toBe("roof");
  });

  it("are rounded to tenths without floating dust", () => {
    const rounded = roundRect({ x: 0.04, y: 1.26, width: 0.3, height: 188.99999999999997 });
    expect(rounded).toEqual({ x: 0, y: 1.3, width: 0.3, height: 189 });
  });
});

describe("hits", () => {
  it("prefer the smaller of two boxes on each other", () => {
    const boxes = [
      { x: 0, y: 0, width: 90, height: 70 },
      { x: 20, y: 20, width: 10, height: 10 },
    ];
    expect(rectAt(boxes, { x: 25, y: 25 })).toBe(1);
    expect(rectAt(boxes, { x: 5, y: 5 })).toBe(0);
    expect(rectAt(boxes, { x: 99, y: 79 })).toBeNull();
  });

  it("find handles within reach, corners first", () => {
    expect(handleAt(BOX, { x: 31, y: 29 }, 3)).toBe("se");
    expect(handleAt(BOX, { x: 20, y: 9 }, 3)).toBe("n");
    expect(handleAt(BOX, { x: 20, y: 20 }, 3)).toBeNull();
    expect(handleAt(BOX, { x: 20, y: 30 }, 100)).toBe("nw");
  });

  it("measure how much two boxes share", () => {
    expect(iou(BOX, BOX)).toBe(1);
    expect(iou(BOX, { ...BOX, x: 40 })).toBe(0);
    expect(iou(BOX, { ...BOX, x: 20 })).toBeCloseTo(1 / 3);
  });
});

describe("views", () => {
  const viewport = { width: 248, height: 208 };
  const fit = fitView(PICTURE, viewport, 24);

  it("fit the whole picture, centred", () => {
    expect(fit).toEqual({ scale: 2, x: 24, y: 24 });
  });

  it("go to the screen and back", () => {
    expect(toScreen(fit, BOX)).toEqual({ x: 44, y: 44, width: 40, height: 40 });
    expect(toPicture(fit, { x: 44, y: 44 })).toEqual({ x: 10, y: 10 });
  });

  it("keep the point under the pointer when zoomed", () => {
    const anchor = { x: 100, y: 90 };
    const zoomed = zoomView(fit, 3, anchor, fit);
    expect(toPicture(zoomed, anchor).x).toBeCloseTo(toPicture(fit, anchor).x);
    expect(toPicture(zoomed, anchor).y).toBeCloseTo(toPicture(fit, anchor).y);
  });

  it("neither zoom without end nor lose the picture", () => {
    expect(zoomView(fit, 0.001, { x: 0, y: 0 }, fit).scale).toBe(1);
    expect(zoomView(fit, 1e6, { x: 0, y: 0 }, fit).scale).toBe(40);
    expect(keepInView({ scale: 2, x: 9_999, y: -9_999 }, PICTURE, viewport)).toEqual({
      scale: 2,
      x: 148,
      y: -80,
    });
  });
});
