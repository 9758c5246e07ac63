import { screen, within } from "@testing-library/react";
import { expect, it } from "vitest";
import type { ItemDetail } from "../../api/types";
import { renderApp } from "../../testing/renderApp";
import { CHINESE_SESSION, PROJECT, SESSION } from "../../testing/samples";

const ITEM: ItemDetail = {
  id: 7,
  external_id: "letter-7",
  stage: "open",
  data: { text: "Le tribunal a rejeté l'appel." },
  metadata: {},
  needs: ["french", "law"],
  gold: null,
  held: null,
  judgments: [],
  skips: [
    { worker: "W-1", reason: "cannot", comment: "Not my field", at: "2026-11-24T10:00:00Z" },
  ],
  predictions: [],
  finals: [],
  events: [],
};
const ROUTES = { "GET projects/1/": PROJECT, "GET projects/1/items/7/": ITEM };

it("says what an item needs of who judges it, and who passed on it", async () => {
  await renderApp("/projects/1/items/7", { ...ROUTES, "GET session/": SESSION });
  expect(await screen.findByText("Needs")).toBeVisible();
  expect(screen.getByText("french")).toBeVisible();
  expect(screen.getByText("law")).toBeVisible();
  const row = within(screen.getByRole("row", { name: /W-1/ }));
  expect(row.getByText("could not judge it")).toBeVisible();
  expect(row.getByText("“Not my field”")).toBeVisible();
});

it("says it in Chinese", async () => {
  await renderApp("/projects/1/items/7", { ...ROUTES, "GET session/": CHINESE_SESSION });
  expect(await screen.findByText("所需资质")).toBeVisible();
});

it("says nothing of needs where there are none", async () => {
  await renderApp("/projects/1/items/7", {
    "GET session/": SESSION,
    "GET projects/1/": PROJECT,
    "GET projects/1/items/7/": { ...ITEM, needs: [] },
  });
  expect(await screen.findByText(ITEM.data.text as string)).toBeVisible();
  expect(screen.queryByText("Needs")).toBeNull();
});
