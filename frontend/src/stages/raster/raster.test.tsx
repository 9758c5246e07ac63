import { screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { renderWithWords } from "../testing";
import { type Board, drag, drawnBox, type Gesture, IDLE, press, release } from "./gesture";
import { RasterStage } from "./RasterStage";

const BOARD: Board = {
  boxes: [
    { x: 0, y: 0, width: 80, height: 80 },
    { x: 20, y: 20, width: 20, height: 20 },
  ],
  selected: null,
  picture: { width: 100, height: 100 },
  least: 4,
  pixel: 0.2,
  canDraw: true,
};
const point = (x: number, y: number) => ({ x, y });

function stroke(board: Board, ...points: [number, number][]) {
  const [first = [0, 0], ...rest] = points;
  let gesture: Gesture = press(IDLE, point(...first), board).gesture;
  for (const next of rest) gesture = drag(gesture, point(...next), board);
  return release(gesture, board);
}

describe("a pointer on the picture", () => {
  it("draws when dragged, also over a box that is not selected", () => {
    expect(stroke(BOARD, [50, 50], [60, 70], [95, 130]).draw).toEqual({
      x: 50,
      y: 50,
      width: 45,
      height: 50,
    });
  });

  it("selects the smallest box under a click, and lets go beside all of them", () => {
    expect(stroke(BOARD, [25, 25]).select).toBe(1);
    expect(stroke({ ...BOARD, selected: 1 }, [95, 95]).select).toBeNull();
  });

  it("moves the selected box and stops at the edge", () => {
    const moved = stroke({ ...BOARD, selected: 1 }, [30, 30], [130, 30]);
    expect(moved.change).toEqual({ x: 80, y: 20, width: 20, height: 20 });
  });

  it("resizes it by a handle", () => {
    const resized = stroke({ ...BOARD, selected: 1 }, [40, 40], [50, 45]);
    expect(resized.change).toEqual({ x: 20, y: 20, width: 30, height: 25 });
  });

  it("reaches a small box under the selected one by a click", () => {
    expect(stroke({ ...BOARD, selected: 0 }, [30, 30]).select).toBe(1);
  });

  it("draws by two clicks, without dragging", () => {
    const empty = { ...BOARD, boxes: [] };
    const first = stroke(empty, [10, 10]);
    expect(first.gesture.kind).toBe("drawing");
    const moved = drag(first.gesture, point(30, 40), empty);
    const second = press(moved, point(30, 40), empty).gesture;
    expect(release(second, empty).draw).toEqual({ x: 10, y: 10, width: 20, height: 30 });
  });

  it("does not take a slip of the hand for a box", () => {
    const gesture: Gesture = {
      kind: "drawing",
      at: point(10, 10),
      to: point(11, 30),
      isClicked: false,
    };
    expect(drawnBox(gesture, BOARD)).toBeNull();
    expect(release(gesture, BOARD).draw).toBeUndefined();
  });

  it("changes nothing where one may only look", () => {
    const looking = { ...BOARD, selected: 1, canDraw: false };
    expect(stroke(looking, [30, 30], [60, 60])).toEqual({ gesture: IDLE, select: 1 });
  });
});

it("a picture is named and can have the focus", () => {
  renderWithWords(
    <RasterStage
      url="/a.png"
      size={{ width: 10, height: 10 }}
      boxes={[]}
      selected={null}
      label="Objects"
    />,
  );
  const stage = screen.getByRole("group", { name: "Objects" });
  stage.focus();
  expect(document.activeElement).toBe(stage);
});
