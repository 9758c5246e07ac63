import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { Markdown } from "./Markdown";

async function show(text: string): Promise<HTMLElement> {
  const { container } = render(<Markdown text={`# Begin\n\n${text}`} />);
  await screen.findByRole("heading", { name: "Begin", level: 3 });
  return container;
}

test("headings, lists and emphasis are what they look like", async () => {
  await show("## Mentions\n\n- **Disease**: the full name\n- Drug");
  expect(screen.getByRole("heading", { name: "Mentions", level: 4 })).toBeVisible();
  expect(screen.getAllByRole("listitem")).toHaveLength(2);
  expect(screen.getByText("Disease").tagName).toBe("STRONG");
});

test("a link opens beside the work and tells nobody where from", async () => {
  await show("[rules](https://example.org/rules) or [write](mailto:lead@example.org)");
  const link = screen.getByRole("link", { name: "rules" });
  expect(link).toHaveAttribute("href", "https://example.org/rules");
  expect(link).toHaveAttribute("target", "_blank");
  expect(link).toHaveAttribute("rel", "noopener noreferrer");
  expect(screen.getByRole("link", { name: "write" })).toBeVisible();
});

test.each([
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  "data:text/html,x",
  "/api/v1/session/",
  "//example.org",
  "vbscript:x",
])("%s is not made a link", async (address) => {
  await show(`[press](<${address}>)`);
  expect(screen.getByText("press")).toBeVisible();
  expect(screen.queryByRole("link")).toBeNull();
});

test("no picture is fetched and no HTML becomes an element", async () => {
  const container = await show(
    "![a map](https://example.org/pixel.png)\n\n<b onclick='x()'>bold</b>\n\n<script>x()</script>",
  );
  expect(container.querySelector("img, b, script")).toBeNull();
  expect(screen.getByText("a map")).toBeVisible();
  expect(container).toHaveTextContent("<script>x()</script>");
});
