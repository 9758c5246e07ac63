import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { renderApp } from "../../testing/renderApp";
import { HOME, SESSION } from "../../testing/samples";

it("keeps what was changed of a template until one comes back to it", async () => {
  await renderApp("/projects/new", {
    "GET session/": SESSION,
    "GET home/": HOME,
    "POST label-schema/check/": { problems: [] },
  });
  const user = userEvent.setup();
  const title = await screen.findByDisplayValue("Positive");
  await user.clear(title);
  await user.paste("Cheerful");
  await user.click(screen.getByRole("radio", { name: /^Entailment/ }));
  expect(screen.queryByDisplayValue("Cheerful")).not.toBeInTheDocument();
  await user.click(screen.getByRole("radio", { name: /^Sentiment/ }));
  expect(await screen.findByDisplayValue("Cheerful")).toBeInTheDocument();
});
