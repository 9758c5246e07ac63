import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { Member } from "../../api/types";
import { renderApp } from "../../testing/renderApp";
import { PROJECT, SESSION } from "../../testing/samples";

const ALIKE = {
  question: "sentiment",
  worker: "W-SOURCE",
  mistakes: 15,
  shared: 14,
  expected: 3.1,
  probability: 0.000002,
};

function worker(id: number, pseudonym: string, alike: (typeof ALIKE)[]): Member {
  const measure = { questions: {}, compared: null, gold: 0, gold_met: 0, why: "fine", alike };
  return {
    id,
    username: `user${id}`,
    display_name: `Person ${id}`,
    pseudonym,
    role: "crowd",
    is_active: true,
    judged: 40,
    skipped: 0,
    qualifications: [],
    footing: { rung: "none", measured_rung: "none", overruled: null, measure },
  };
}

it("names who shares more mistakes with whom than chance explains, and nobody else", async () => {
  const members = [worker(1, "W-COPIER", [ALIKE]), worker(2, "W-HONEST", [])];
  await renderApp("/projects/1/people", {
    "GET session/": SESSION,
    "GET projects/1/": PROJECT,
    "GET projects/1/members/": { results: members, next: null },
    "GET projects/1/pools/": { results: [], next: null },
    "GET projects/1/appeals/": { results: [], next: null },
    "GET projects/1/gold/": { results: [], next: null },
  });
  const told = await screen.findByText(/agrees with W-SOURCE on 14 of 15 mistakes; expected 3.1/);
  expect(told.closest("tr")).toHaveTextContent("Person 1");
  expect(screen.getAllByText("Look here")).toHaveLength(1);
});

it("says what items need, and gives a person a qualification", async () => {
  const user = userEvent.setup();
  const french = { id: 1, needs: ["french"], waiting: 12, qualified: 0 };
  const replies: Record<string, unknown> = {
    "GET session/": SESSION,
    "GET projects/1/": PROJECT,
    "GET projects/1/members/": { results: [worker(1, "W-ONE", [])], next: null },
    "GET projects/1/pools/": { results: [french], next: null },
    "GET projects/1/appeals/": { results: [], next: null },
    "GET projects/1/gold/": { results: [], next: null },
    "PATCH projects/1/members/1/": worker(1, "W-ONE", []),
  };
  await renderApp("/projects/1/people", replies);
  expect(await screen.findByText("Nobody can judge these")).toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Actions for Person 1" }));
  await user.click(await screen.findByRole("menuitem", { name: "Qualifications" }));
  const dialog = await screen.findByRole("dialog");
  const names = within(dialog).getByLabelText("Qualifications", { selector: "input" });
  await user.type(names, "french{Enter}");
  replies["GET projects/1/members/"] = {
    results: [{ ...worker(1, "W-ONE", []), qualifications: ["french"] }],
    next: null,
  };
  replies["GET projects/1/pools/"] = { results: [{ ...french, qualified: 1 }], next: null };
  await user.click(within(dialog).getByRole("button", { name: "Save" }));
  expect(await screen.findByRole("row", { name: /Person 1.*french/ })).toBeInTheDocument();
  await waitFor(() =>
    expect(screen.queryByText("Nobody can judge these")).not.toBeInTheDocument(),
  );
});

it("shows what a person skipped, how often and why", async () => {
  const user = userEvent.setup();
  const shy = { ...worker(1, "W-ONE", []), skipped: 3 };
  const [first, second] = [
    {
      item: 7,
      external_id: null,
      reason: "cannot",
      comment: "no idea",
      at: "2026-11-01T10:00:00Z",
    },
    { item: 4, external_id: "r4", reason: "unclear", comment: "", at: "2026-11-01T09:00:00Z" },
  ];
  const reasons = [
    { reason: "unclear", skipped: 2 },
    { reason: "cannot", skipped: 1 },
  ];
  const replies: Record<string, unknown> = {
    "GET session/": SESSION,
    "GET projects/1/": PROJECT,
    "GET projects/1/members/": { results: [shy, worker(2, "W-TWO", [])], next: null },
    "GET projects/1/pools/": { results: [], next: null },
    "GET projects/1/appeals/": { results: [], next: null },
    "GET projects/1/gold/": { results: [], next: null },
    "GET projects/1/members/1/skips/": {
      judged: 40,
      skipped: 3,
      reasons,
      results: [first],
      next: "5",
    },
  };
  await renderApp("/projects/1/people", replies);
  expect(await screen.findByRole("row", { name: /Person 1 .*40 3 / })).toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Actions for Person 2" }));
  expect(await screen.findByRole("menuitem", { name: "Qualifications" })).toBeInTheDocument();
  expect(screen.queryByRole("menuitem", { name: "What was skipped" })).not.toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Actions for Person 1" }));
  await user.click(await screen.findByRole("menuitem", { name: "What was skipped" }));
  const dialog = within(await screen.findByRole("dialog"));
  expect(await dialog.findByText("3 skipped, 40 judged")).toBeInTheDocument();
  expect(dialog.getByText("unclear what is asked: 2")).toBeInTheDocument();
  expect(dialog.getByRole("row", { name: /#7 could not judge it.*no idea/ })).toBeVisible();
  replies["GET projects/1/members/1/skips/"] = {
    judged: 40,
    skipped: 3,
    reasons,
    results: [second],
    next: null,
  };
  await user.click(dialog.getByRole("button", { name: "Show more" }));
  expect(await dialog.findByRole("link", { name: "r4" })).toHaveAttribute(
    "href",
    "/projects/1/items/4",
  );
});

it("shows the people of a large project page by page", async () => {
  const user = userEvent.setup();
  const replies: Record<string, unknown> = {
    "GET session/": SESSION,
    "GET projects/1/": PROJECT,
    "GET projects/1/members/": { results: [worker(1, "W-ONE", [])], next: "further" },
    "GET projects/1/pools/": { results: [], next: null },
    "GET projects/1/appeals/": { results: [], next: null },
    "GET projects/1/gold/": { results: [], next: null },
  };
  await renderApp("/projects/1/people", replies);
  expect(await screen.findByText("Person 1")).toBeInTheDocument();
  replies["GET projects/1/members/"] = { results: [worker(2, "W-TWO", [])], next: null };
  await user.click(screen.getByRole("button", { name: "Show more" }));
  expect(await screen.findByText("Person 2")).toBeInTheDocument();
  expect(screen.getByText("Person 1")).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Show more" })).not.toBeInTheDocument();
});
