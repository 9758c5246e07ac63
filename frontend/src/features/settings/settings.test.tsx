import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { renderApp } from "../../testing/renderApp";
import { CHINESE_SESSION } from "../../testing/samples";

it("says in Chinese what is wrong at a field, by the problem's code", async () => {
  const user = userEvent.setup();
  const problems = [{ path: "/display_name", code: "max_length", message: "Too long, it is." }];
  await renderApp("/settings", {
    "GET session/": CHINESE_SESSION,
    "GET tokens/": [],
    "PATCH me/": {
      status: 400,
      body: { code: "invalid_input", message: "See the problems.", extra: { problems } },
    },
  });
  await user.type(await screen.findByRole("textbox", { name: "姓名" }), "x");
  await user.click(screen.getAllByRole("button", { name: "保存" })[0] as HTMLElement);
  expect(await screen.findByText("内容过长。")).toBeInTheDocument();
});
