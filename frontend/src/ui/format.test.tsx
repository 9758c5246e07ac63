import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { renderPart } from "../testing/renderApp";
import { useFormat } from "./format";

function Shares() {
  const { percent } = useFormat();
  return (
    <p>{[null, 0 / 0, -0.0001, 0, 0.1234, 1].map((share) => percent(share, 1)).join(" | ")}</p>
  );
}

it("writes shares without a sign that means nothing, and a dash for what is not known", async () => {
  await renderPart(<Shares />);
  expect(screen.getByText("– | – | 0% | 0% | 12.3% | 100%")).toBeInTheDocument();
});
