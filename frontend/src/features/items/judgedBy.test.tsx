import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import type { Member } from "../../api/types";
import { renderPart } from "../../testing/renderApp";
import { JudgedBy } from "./JudgedBy";

const PEOPLE = Array.from({ length: 300 }, (_, index) => ({
  id: index + 1,
  username: `user${index + 1}`,
  display_name: `Person ${index + 1}`,
})) as Member[];

/** The members' list, as the server pages and searches it. */
const members: typeof fetch = async (input) => {
  const asked = new URL(`${input}`, "http://server").searchParams;
  const after = Number(asked.get("cursor") ?? 0);
  const search = asked.get("search") ?? "";
  const found = PEOPLE.filter(
    ({ id, display_name }) => id > after && display_name.includes(search),
  );
  return Response.json({ results: found.slice(0, Number(asked.get("limit"))), next: null });
};

it("finds the last of three hundred people as one types", async () => {
  vi.stubGlobal("fetch", members);
  const user = userEvent.setup();
  const chosen: string[] = [];
  await renderPart(
    <JudgedBy projectId={1} value={undefined} onChange={(id) => chosen.push(id)} />,
  );
  await user.type(await screen.findByRole("combobox"), "300");
  await user.click(await screen.findByText("Person 300"));
  expect(chosen).toEqual(["300"]);
});

it("names whom the address names, however late that person came", async () => {
  vi.stubGlobal("fetch", members);
  await renderPart(<JudgedBy projectId={1} value="277" onChange={() => undefined} />);
  expect(await screen.findByDisplayValue("Person 277")).toBeInTheDocument();
});
