import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { renderPart } from "../testing/renderApp";
import { useFormat } from "./format";

function Shares() {
  const { percent, chosenPercent } = useFormat();
  return (
    <>
      <p>
        {[null, 0 / 0, -0.0001, 0, 0.1234, 0.93].map((share) => percent(share, 1)).join(" | ")}
      </p>
      <p>{[0, 0.05, 0.975, 0.99999].map(chosenPercent).join(" | ")}</p>
    </>
  );
}

it("writes measured shares with the same digits, and chosen ones with their own", async () => {
  await renderPart(<Shares />);
  expect(screen.getByText("– | – | 0.0% | 0.0% | 12.3% | 93.0%")).toBeInTheDocument();
  expect(screen.getByText("0% | 5% | 97.5% | 100%")).toBeInTheDocument();
});
