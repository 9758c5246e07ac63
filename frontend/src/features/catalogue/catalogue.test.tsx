import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { Catalogue } from "../../api/types";
import { renderApp } from "../../testing/renderApp";
import { CHINESE_SESSION, PROJECT, SESSION } from "../../testing/samples";

const TONE = {
  name: "lab/tone",
  revision: "0123456789abcdef",
  sha256: "f".repeat(64),
  licence: "Apache-2.0",
  reads: "text",
  says: "classes",
  labels: ["POSITIVE", "LABEL_1"],
  bytes: 1_048_576,
  refusal: null,
  is_default: false,
} as const;

const CATALOGUE: Catalogue = {
  models: [
    { ...TONE, labels: [...TONE.labels] },
    {
      ...TONE,
      name: "pickled",
      reads: null,
      says: null,
      labels: [],
      refusal: {
        code: "pickle",
        reason: "It holds pickled files.",
        advice: "Delete them.",
        facts: "a.bin",
      },
    },
  ],
  questions: [
    {
      question: "tone",
      title: "Tone",
      type: "choice",
      classes: [
        { id: "positive", title: "Positive" },
        { id: "negative", title: "Negative" },
      ],
      offers: [
        {
          model: "lab/tone",
          purpose: "labels",
          why_not_code: null,
          proposed: { POSITIVE: "positive" },
          missing: ["negative"],
        },
        { model: "eye", purpose: "labels", why_not_code: "no_picture", proposed: {}, missing: [] },
      ],
      uses: [],
    },
  ],
};
const REPLIES = {
  "GET session/": SESSION,
  "GET projects/1/": PROJECT,
  "GET projects/1/catalogue/": CATALOGUE,
};

it("maps the labels of a model, same names first, and saves what they mean", async () => {
  const user = userEvent.setup();
  const { calls } = await renderApp("/projects/1/catalogue", {
    ...REPLIES,
    "PUT projects/1/catalogue/tone/": { id: 5, kind: "prelabel", state: "queued" },
  });
  expect(await screen.findByText(/eye reads pictures/)).toBeInTheDocument();
  await user.click(screen.getByRole("combobox", { name: "Model for this question" }));
  await user.click(await screen.findByRole("option", { name: /lab\/tone/, hidden: true }));
  expect(screen.getByRole("combobox", { name: "What “POSITIVE” means here" })).toHaveValue(
    "Positive",
  );
  expect(screen.getByText("No label of the model means: Negative")).toBeInTheDocument();
  const save = screen.getByRole("button", { name: "Use it and pre-label" });
  expect(save).toBeDisabled();
  await user.click(screen.getByRole("combobox", { name: "What “LABEL_1” means here" }));
  // Each label has the same options; the last label was opened.
  const [, negative] = await screen.findAllByRole("option", { name: "Negative", hidden: true });
  if (negative) await user.click(negative);
  await user.click(save);
  await waitFor(() =>
    expect(calls.find(({ method }) => method === "PUT")?.body).toEqual({
      model: "lab/tone",
      mapping: { POSITIVE: "positive", LABEL_1: "negative" },
      threshold: 0.5,
      allow_missing: false,
    }),
  );
});

it("lets categories be left to people", async () => {
  const user = userEvent.setup();
  await renderApp("/projects/1/catalogue", REPLIES);
  await user.click(await screen.findByRole("combobox", { name: "Model for this question" }));
  await user.click(await screen.findByRole("option", { name: /lab\/tone/, hidden: true }));
  await user.click(screen.getByRole("checkbox", { name: "Leave these to people" }));
  expect(screen.getByRole("button", { name: "Use it and pre-label" })).toBeEnabled();
});

it("says in the reader's language why a model may not be used", async () => {
  await renderApp("/projects/1/catalogue", { ...REPLIES, "GET session/": CHINESE_SESSION });
  const row = await screen.findByRole("row", { name: /pickled/ });
  expect(within(row).getByText("含 pickle 文件")).toBeInTheDocument();
  expect(
    within(row).getByText(
      "含有 pickle 文件（a.bin），读取时可能运行代码。请删除：此处只读取 safetensors。",
    ),
  ).toBeInTheDocument();
  expect(within(row).queryByText(/Delete them/)).not.toBeInTheDocument();
});
