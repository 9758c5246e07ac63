import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
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

it("says of each release how it stands, and what a ready one holds", async () => {
  const ready: Release = {
    ...RELEASE,
    number: 3,
    note: "For the pilot",
    items: 40,
    judgments: 96,
    sha256: "a".repeat(64),
    files: [{ name: "final labels.jsonl", bytes: 2048, sha256: "b".repeat(64) }],
    quality: {
      settled_by: { consensus: 30, adjudication: 6, auto_accept: 2, spread: 2 },
      judgments_per_settled_item: 2.4,
      accuracy_on_gold: { sentiment: { items: 8, accuracy: 0.875 } },
    },
  };
  const results = [
    ready,
    { ...RELEASE, number: 2, state: "failed" },
    { ...RELEASE, number: 1, state: "building" },
  ];
  await renderApp("/projects/1/releases", {
    "GET session/": SESSION,
    "GET projects/1/": PROJECT,
    "GET projects/1/releases/": { results, next: null },
  });
  expect(await screen.findByText(/For the pilot · Lin/)).toBeInTheDocument();
  for (const [label, value] of [
    ["items", "40"],
    ["judgments", "96"],
    ["settled by votes alone", "75.0%"],
    ["right on gold, Sentiment", "87.5%"],
  ] as const) {
    expect(screen.getByText(label).parentElement).toHaveTextContent(value);
  }
  expect(screen.getByText("6 by experts")).toBeInTheDocument();
  expect(screen.getByText("8 gold items")).toBeInTheDocument();
  expect(screen.getByText(`Archive SHA-256 ${"a".repeat(64)}`)).toBeInTheDocument();
  const file = screen.getByRole("link", { name: "final labels.jsonl", hidden: true });
  expect(file).toHaveAttribute("href", "/api/v1/projects/1/releases/3/files/final%20labels.jsonl");
  const downloads = screen.getAllByRole("link", { name: "Download" });
  expect(downloads.map((link) => link.getAttribute("href"))).toEqual([
    "/api/v1/projects/1/releases/3/download/",
  ]);
  expect(screen.getByText("Failed")).toBeInTheDocument();
  expect(screen.getByText(/Nothing was published/)).toBeInTheDocument();
  expect(screen.getByRole("progressbar", { name: "Building" })).toBeInTheDocument();
});

it("makes a release with its note, and shows it in the list", async () => {
  const user = userEvent.setup();
  const replies: Record<string, unknown> = {
    "GET session/": SESSION,
    "GET projects/1/": PROJECT,
    "GET projects/1/releases/": { results: [], next: null },
    "POST projects/1/releases/": { release: 1, job: 5 },
  };
  const { calls } = await renderApp("/projects/1/releases", replies);
  await user.type(await screen.findByRole("textbox", { name: "Note" }), "  The first ");
  replies["GET projects/1/releases/"] = {
    results: [{ ...RELEASE, note: "The first", state: "building" }],
    next: null,
  };
  await user.click(screen.getByRole("button", { name: "Make release" }));
  expect(await screen.findByText(/The first · Lin/)).toBeInTheDocument();
  expect(calls).toContainEqual({
    method: "POST",
    path: "projects/1/releases/",
    body: { note: "The first" },
  });
  await waitFor(() => expect(screen.getByRole("textbox", { name: "Note" })).toHaveValue(""));
});
