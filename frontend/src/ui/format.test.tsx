import { act, screen } from "@testing-library/react";
import i18next from "i18next";
import { expect, it } from "vitest";
import { renderPart } from "../testing/renderApp";
import { useFormat } from "./format";

function Shares() {
  const { percent, chosenPercent, seconds, ago, bytes } = useFormat();
  return (
    <>
      <p>
        {[null, 0 / 0, -0.0001, 0, 0.1234, 0.93].map((share) => percent(share, 1)).join(" | ")}
      </p>
      <p>{[seconds(34), ago(new Date(Date.now() - 180_000).toISOString())].join(" | ")}</p>
      <p>{[1, 293, 2500].map(bytes).join(" | ")}</p>
      <p>{[0, 0.05, 0.975, 0.99999].map(chosenPercent).join(" | ")}</p>
    </>
  );
}

it("writes measured shares with the same digits, and chosen ones with their own", async () => {
  await renderPart(<Shares />);
  expect(screen.getByText("– | – | 0.0% | 0.0% | 12.3% | 93.0%")).toBeInTheDocument();
  expect(screen.getByText("0% | 5% | 97.5% | 100%")).toBeInTheDocument();
});

it("sets a space between figures and Chinese words, as the texts around them do", async () => {
  await renderPart(<Shares />);
  expect(screen.getByText("34 secs | 3 min ago")).toBeInTheDocument();
  expect(screen.getByText("1 byte | 293 bytes | 2.5 kB")).toBeInTheDocument();
  await act(() => i18next.changeLanguage("zh-hans"));
  expect(screen.getByText("34 秒 | 3 分钟前")).toBeInTheDocument();
  expect(screen.getByText("1 字节 | 293 字节 | 2.5 kB")).toBeInTheDocument();
  await act(() => i18next.changeLanguage("en"));
});
