import { act, screen } from "@testing-library/react";
import i18next from "i18next";
import { expect, it } from "vitest";
import { renderPart } from "../../testing/renderApp";
import { RejectionRows } from "./RejectionTable";

const message = '"nope" is no category. Send one of: "good", "bad".';
const rejection = { row: 4, path: "/gold/mood", code: "invalid_gold", message };

it("names the very values in every language, since the file is mended by them", async () => {
  await renderPart(<RejectionRows rejections={[rejection]} />);
  expect(await screen.findAllByText(/nope/)).toHaveLength(1);
  await act(() => i18next.changeLanguage("zh-hans"));
  expect(await screen.findByText("标准答案有误。")).toBeInTheDocument();
  expect(screen.getByText(message)).toHaveAttribute("lang", "en");
});
