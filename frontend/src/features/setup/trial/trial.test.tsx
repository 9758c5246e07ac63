import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { Forecast, PolicyPreview } from "../../../api/types";
import { renderApp } from "../../../testing/renderApp";
import { PROJECT, SESSION } from "../../../testing/samples";
import { withAction } from "../policy/ruleEdits";

function forecast(changes: Partial<Forecast>): Forecast {
  return {
    crowd_per_item: 2.5,
    expert_share: 0.2,
    cost_per_item: 4,
    expected_error: 0.05,
    ran_out_share: 0,
    returns_per_item: 0,
    held_share: 0,
    wrong: 100,
    codes: { threshold_met: 80, votes_used_up: 20 },
    rules: [],
    ...changes,
  };
}

const FOUND: PolicyPreview = {
  items: 100,
  of: 1234,
  crowd_version: null,
  bill: { crowd: 1, expert: 5, wrong: 100, expert_accuracy: 0.95 },
  current: forecast({}),
  proposed: forecast({
    cost_per_item: 3,
    expected_error: 0.06,
    codes: { rule: 30, nothing_worth_its_price: 70 },
    rules: [{ name: "Rule 1", hits: 30 }],
  }),
  curve: [50, 100, 200].map((wrong, index) => ({
    wrong,
    cost_per_item: 2.5 + index / 2,
    expected_error: 0.08 - index / 50,
    expert_share: 0.1,
  })),
};

const PREVIEW = "POST projects/1/policy/preview/";

async function openRouting(reply: unknown, more: Record<string, unknown> = {}) {
  const user = userEvent.setup();
  const page = await renderApp("/projects/1/setup", {
    "GET session/": SESSION,
    "GET projects/1/": PROJECT,
    "POST label-schema/check/": { ok: true, problems: [], answer_schema: {} },
    [PREVIEW]: reply,
    ...more,
  });
  await user.click(await screen.findByRole("tab", { name: "Routing" }));
  return { ...page, user };
}

const sent = (calls: { method: string; path: string; body: unknown }[], what: string) =>
  calls.filter(({ method, path }) => `${method} ${path}` === what).map(({ body }) => body);

it("saves what was tried, and nothing that was not", async () => {
  const { user, calls } = await openRouting(FOUND, { "PUT projects/1/policy/": {} });
  const save = screen.getByRole("button", { name: "Save routing" });
  expect(save).toBeDisabled();
  await user.click(screen.getByRole("switch", { name: /Weigh every further judgment/ }));
  expect(screen.getByText(/Try the routing on your recorded votes/)).toBeInTheDocument();
  expect(save).toBeDisabled();
  await user.click(screen.getByRole("button", { name: "Try on recorded votes" }));
  await waitFor(() => expect(save).toBeEnabled());
  expect(sent(calls, "PUT projects/1/policy/")).toEqual([]);
  await user.click(screen.getByRole("switch", { name: "Experts can be asked" }));
  expect(save).toBeDisabled();
  expect(screen.getByText("The routing has changed since this try.")).toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Try again" }));
  await waitFor(() => expect(save).toBeEnabled());
  await user.click(save);
  const [saved] = sent(calls, "PUT projects/1/policy/");
  expect(saved).toMatchObject({ prices: { crowd: 1, expert: null, wrong: 100 } });
  expect(sent(calls, PREVIEW).at(-1)).toEqual(saved);
});

it("shows the proposed routing beside the one in force", async () => {
  const { user } = await openRouting(FOUND);
  await user.click(screen.getByRole("switch", { name: /Weigh every further judgment/ }));
  await user.click(screen.getByRole("button", { name: "Try on recorded votes" }));
  const panel = within(
    await screen.findByRole("complementary", { name: "Try before you switch" }),
  );
  const row = await panel.findByRole("row", { name: /^Cost per item 4\.00 3\.00/ });
  expect(row).toHaveTextContent("−25%");
  expect(panel.getByText(/100 of 1,234 judged items/)).toHaveTextContent("count alike");
  expect(panel.getByRole("row", { name: /Decided by a rule 0 30/ })).toBeInTheDocument();
  expect(panel.getByText("30 items")).toBeInTheDocument();
  const curve = within(panel.getByRole("table", { name: "Cost against expected error" }));
  expect(curve.getByRole("row", { name: "200 3.50 4.0% 10.0%" })).toBeInTheDocument();
});

it("says where a budget is left, and which price of a wrong label keeps it", async () => {
  const { user } = await openRouting(FOUND);
  await user.click(screen.getByRole("switch", { name: /Weigh every further judgment/ }));
  await user.type(screen.getByRole("textbox", { name: "Budget for an item" }), "2.6");
  await user.click(screen.getByRole("button", { name: "Try on recorded votes" }));
  expect(await screen.findByText(/3\.00 for an item is above the budget of 2\.60/)).toBeVisible();
  expect(screen.getByText(/no more than 50/)).toBeInTheDocument();
});

it("has a state for a project without votes", async () => {
  const none = forecast({ codes: {}, cost_per_item: 0, crowd_per_item: 0 });
  const empty = { ...FOUND, items: 0, of: 0, curve: [], current: none, proposed: none };
  const { user } = await openRouting(empty);
  await user.click(screen.getByRole("button", { name: "Try on recorded votes" }));
  expect(await screen.findByText("No votes to try it on yet")).toBeInTheDocument();
  expect(screen.queryByText(/NaN/)).not.toBeInTheDocument();
});

it("shows what the server refuses at the fields it names", async () => {
  const problems = [
    { path: "/prices/crowd", code: "wrong_value", message: "A judgment costs something." },
    { path: "/rules/0/when/votes", code: "wrong_value", message: "Send a number." },
  ];
  const { user } = await openRouting({
    status: 400,
    body: { code: "invalid_policy", message: "See the problems.", extra: { problems } },
  });
  await user.click(screen.getByRole("switch", { name: /Weigh every further judgment/ }));
  await user.click(screen.getByRole("button", { name: "Add a rule" }));
  await user.click(screen.getByRole("button", { name: "Try on recorded votes" }));
  expect(await screen.findByText("A judgment costs something.")).toBeInTheDocument();
  expect(screen.getByRole("textbox", { name: "A judgment" })).toBeInvalid();
  expect(screen.getByRole("textbox", { name: "Value" })).toHaveAccessibleDescription(
    "Send a number.",
  );
  expect(screen.getByText(/see the marked fields/)).toBeInTheDocument();
  expect(screen.getByRole("button", { name: "Save routing" })).toBeDisabled();
});

it("lets rules be written and put in order by the keyboard alone", async () => {
  const { user, calls } = await openRouting(FOUND);
  await user.click(screen.getByRole("switch", { name: /Weigh every further judgment/ }));
  const add = screen.getByRole("button", { name: "Add a rule" });
  add.focus();
  await user.keyboard("{Enter}{Enter}");
  const second = screen.getByRole("textbox", { name: "Name of rule 2" });
  await user.clear(second);
  await user.type(second, "Split");
  screen.getByRole("button", { name: "Move Split up" }).focus();
  await user.keyboard("{Enter}");
  await waitFor(() =>
    expect(screen.getByRole("button", { name: "Move Split down" })).toHaveFocus(),
  );
  await user.click(screen.getByRole("button", { name: "Remove Rule 1" }));
  await user.click(screen.getByRole("button", { name: "Add a condition" }));
  await user.click(screen.getByRole("button", { name: "Try on recorded votes" }));
  const [tried] = sent(calls, PREVIEW) as [{ rules: unknown }];
  expect(tried.rules).toEqual([
    withAction({ name: "Split", when: { votes: { at_least: 3, below: 3 } } }, "expert"),
  ]);
});

it("brings prices back as they were after switching them off and on", async () => {
  const { user, calls } = await openRouting(FOUND);
  const prices = screen.getByRole("switch", { name: /Weigh every further judgment/ });
  await user.click(prices);
  const wrong = screen.getByRole("textbox", { name: "A wrong final label" });
  await user.clear(wrong);
  await user.type(wrong, "70");
  await user.click(prices);
  expect(screen.queryByRole("textbox", { name: "A wrong final label" })).not.toBeInTheDocument();
  await user.click(prices);
  await user.click(screen.getByRole("button", { name: "Try on recorded votes" }));
  expect(sent(calls, PREVIEW)[0]).toMatchObject({ prices: { wrong: 70 } });
});
