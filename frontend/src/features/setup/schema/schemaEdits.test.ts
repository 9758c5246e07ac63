import { describe, expect, it } from "vitest";
import type { LabelSchema } from "../../../api/types";
import { type SchemaEdit, schemaReducer } from "./schemaEdits";

const START: LabelSchema = {
  inputs: [{ id: "text", type: "text" }],
  questions: [
    {
      id: "sentiment",
      type: "choice",
      title: "Sentiment",
      categories: [
        { id: "pos", title: "Positive" },
        { id: "category_2", title: "" },
      ],
    },
    {
      id: "why",
      type: "text",
      show_when: { all: [{ question: "sentiment", in: ["pos"] }] },
    },
    { id: "names", type: "spans", on: "text", categories: [{ id: "per" }] },
  ],
};

function edited(edit: SchemaEdit, { schema = START, idsFollow = true } = {}): LabelSchema {
  return schemaReducer({ schema, idsFollow }, edit).schema;
}

describe("the schema editor", () => {
  it("adds a question of each type with a free id, on a fitting input", () => {
    const schema = edited({ edit: "addQuestion", type: "spans" });
    expect(schema.questions[3]).toMatchObject({ id: "spans", type: "spans", on: "text" });
    const twice = edited({ edit: "addQuestion", type: "spans" }, { schema });
    expect(twice.questions[4]?.id).toBe("spans_2");
  });

  it("keeps conditions and spans when what they refer to is renamed", () => {
    const renamed = edited({ edit: "changeQuestion", index: 0, change: { id: "tone" } });
    expect(renamed.questions[1]?.show_when).toEqual({ all: [{ question: "tone", in: ["pos"] }] });
    const moved = edited({ edit: "changeInput", index: 0, change: { id: "body" } });
    expect(moved.questions[2]).toMatchObject({ on: "body" });
  });

  it("lets a made-up id follow its title, and leaves a chosen one alone", () => {
    const change = { title: "Très négatif" };
    const followed = edited({ edit: "changeCategory", question: 0, index: 1, change });
    expect(followed.questions[0]).toMatchObject({
      categories: [{ id: "pos" }, { id: "tres_negatif" }],
    });
    const chosen = edited({ edit: "changeInput", index: 0, change: { id: "a_b_c", title: "X" } });
    expect(chosen.inputs[0]?.id).toBe("a_b_c");
  });

  it("never touches an id of a project that is already saved", () => {
    const change = { title: "Negative" };
    const schema = edited(
      { edit: "changeCategory", question: 0, index: 1, change },
      { idsFollow: false },
    );
    expect(schema.questions[0]).toMatchObject({ categories: [{}, { id: "category_2" }] });
  });

  it("drops what is set back to nothing", () => {
    const schema = edited({ edit: "changeQuestion", index: 1, change: { show_when: undefined } });
    expect(schema.questions[1]).not.toHaveProperty("show_when");
  });

  it("moves within the list and no further", () => {
    const order = (schema: LabelSchema) => schema.questions.map(({ id }) => id);
    expect(order(edited({ edit: "moveQuestion", index: 2, by: -1 }))).toEqual([
      "sentiment",
      "names",
      "why",
    ]);
    expect(order(edited({ edit: "moveQuestion", index: 0, by: -1 }))).toEqual(order(START));
  });

  it("gives a title with no letters of the alphabet no new id", () => {
    const schema = edited({ edit: "changeQuestion", index: 0, change: { title: "情感" } });
    expect(schema.questions[0]).toMatchObject({ id: "sentiment", title: "情感" });
  });
});
