import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import { renderWithWords } from "../../../stages/testing";
import { Queue } from "./Queue";

const ROW = {
  item: 1,
  preview: "A cold quay",
  votes: 3,
  agreement: null,
  reason: { code: "hidden", sentence: "" },
  opened_at: null,
  held: false,
  held_by_me: false,
  revealed: false,
  wanted: 1,
  for_leads: false,
  overdue: false,
};
const VIEW = { id: 4, name: "Law", query: { search: "law" }, shared: true, own: true };
let asked: string[];
let saved: unknown[];

beforeEach(() => {
  asked = [];
  saved = [];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    if (url.includes("/disputes/views/")) {
      if (init.method === "POST") saved.push(JSON.parse(`${init.body}`));
      return new Response(JSON.stringify({ results: [VIEW], next: null }));
    }
    const query = url.split("?")[1] ?? "";
    asked.push(query);
    const results = query.includes("sun") ? [] : [ROW];
    return new Response(JSON.stringify({ results, next: null }));
  });
});

async function setUp(isLead = false) {
  renderWithWords(
    <QueryClientProvider client={new QueryClient()}>
      <Queue project={1} current={null} isLead={isLead} onOpen={() => undefined} />
    </QueryClientProvider>,
  );
  await screen.findByText("A cold quay");
  return userEvent.setup();
}

it("asks the server for words and marks, and says when nothing fits", async () => {
  const user = await setUp();
  await user.type(screen.getByRole("searchbox", { name: "Find disputes" }), "quay{Enter}");
  await waitFor(() => expect(asked.at(-1)).toBe("search=quay"));
  await user.click(screen.getByRole("button", { name: "Overdue", pressed: false }));
  await waitFor(() => expect(asked.at(-1)).toBe("search=quay&overdue=yes"));
  expect(screen.getByRole("button", { name: "Overdue", pressed: true })).toBeInTheDocument();
  await user.clear(screen.getByRole("searchbox"));
  await waitFor(() => expect(asked.at(-1)).toBe("overdue=yes"));
  await user.type(screen.getByRole("searchbox"), "sun{Enter}");
  expect(await screen.findByText(/^No dispute fits/)).toBeInTheDocument();
});

it("offers what waits for leads to leads alone", async () => {
  await setUp();
  expect(screen.queryByRole("button", { name: "For leads" })).not.toBeInTheDocument();
});

it("lets a lead see what waits for leads", async () => {
  const user = await setUp(true);
  await user.click(screen.getByRole("button", { name: "For leads" }));
  await waitFor(() => expect(asked.at(-1)).toBe("for_leads=yes"));
});

it("takes a saved view, and saves the filter in force under a name", async () => {
  const user = await setUp();
  await user.click(screen.getByRole("button", { name: "Views" }));
  await user.click(await screen.findByRole("menuitem", { name: /^Law/ }));
  await waitFor(() => expect(asked.at(-1)).toBe("search=law"));
  expect(screen.getByRole("searchbox")).toHaveValue("law");
  await user.click(screen.getByRole("button", { name: "Overdue" }));
  await user.click(screen.getByRole("button", { name: "Views" }));
  await user.click(await screen.findByRole("menuitem", { name: "Save this filter" }));
  expect(screen.getByLabelText("All experts and leads see it")).toBeChecked();
  await user.type(screen.getByRole("textbox", { name: "Name" }), "Late law{Enter}");
  const query = { search: "law", overdue: "yes" };
  await waitFor(() => expect(saved).toEqual([{ name: "Late law", query, shared: true }]));
});
