import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import type { Release } from "../../api/types";
import { renderApp } from "../../testing/renderApp";
import { PROJECT, SESSION } from "../../testing/samples";

const RELEASE: Release = {
  number: 1,
  state: "ready",
  note: "",
  items: 3,
  judgments: 9,
  files: [],
  sha256: null,
  created_at: "2026-11-01T10:00:00Z",
  created_by: "Lin",
  quality: {
    agreement: { sentiment: { alpha: 0.81, low: 0.7, high: 0.9 }, gone: { alpha: 0.5 } },
    accuracy_on_gold: { sentiment: { items: 2, accuracy: 1 } },
  },
};

it("calls questions by their titles, and by their ids when they are asked no more", async () => {
  await renderApp("/projects/1/releases", {
    "GET session/": SESSION,
    "GET projects/1/": PROJECT,
    "GET projects/1/releases/": { results: [RELEASE], next: null },
  });
  expect(await screen.findByText("Sentiment")).toBeInTheDocument();
  expect(screen.getByText("right on gold, Sentiment")).toBeInTheDocument();
  expect(screen.getByText("gone")).toBeInTheDocument();
  expect(screen.queryByText("sentiment")).not.toBeInTheDocument();
});
