import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { renderPart } from "../../testing/renderApp";
import { WorkersPanel } from "./WorkersPanel";

function crowd(size: number) {
  return Array.from({ length: size }, (_, place) => ({
    pseudonym: `W-${place}`,
    tier: "crowd" as const,
    judged: 100 - place,
    last_seen: null,
    agreement_with_final: 0.9,
  }));
}

async function show(size: number) {
  await renderPart(<WorkersPanel workers={crowd(size)} />);
  const table = await screen.findByRole("table");
  return () => within(table).getAllByRole("row").length - 1;
}

it("shows the twelve who judged most, and everybody when asked", async () => {
  const rows = await show(50);
  expect(rows()).toBe(12);
  await userEvent.click(screen.getByRole("button", { name: "Show all 50" }));
  expect(rows()).toBe(50);
  expect(screen.queryByRole("button")).toBeNull();
});

it("asks nothing where all fit", async () => {
  const rows = await show(12);
  expect(rows()).toBe(12);
  expect(screen.queryByRole("button")).toBeNull();
});
