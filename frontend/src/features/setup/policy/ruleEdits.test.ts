import { describe, expect, it } from "vitest";
import type { PolicyRule } from "../../../api/types";
import { PROJECT } from "../../../testing/samples";
import {
  FACTS,
  freeComparisons,
  listConditions,
  movedRule,
  namedClasses,
  nextCondition,
  whenOf,
  withAction,
  withNote,
} from "./ruleEdits";

function rule(name: string): PolicyRule {
  return withAction({ name, when: {} }, "accept");
}

describe("conditions", () => {
  it("are the document's own, there and back", () => {
    const when = {
      votes: { at_least: 2, below: 5 },
      conflict: { any_of: ["pos", "neg"] },
      model_disagrees: { is: true },
    };
    expect(listConditions(when)).toHaveLength(4);
    expect(whenOf(listConditions(when))).toEqual(when);
  });

  it("make each comparison with a fact once", () => {
    const conditions = listConditions({ votes: { at_least: 2 } });
    expect(freeComparisons("votes", conditions)).toEqual(["below"]);
    expect(freeComparisons("posterior", conditions)).toEqual(["below", "at_least"]);
    const everything = FACTS.flatMap((fact) =>
      freeComparisons(fact, []).map((comparison) => ({ fact, comparison, operand: 1 })),
    );
    expect(nextCondition(everything)).toBeUndefined();
  });

  it("can name every category of the schema", () => {
    const schema = PROJECT.guideline?.schema;
    if (!schema) throw new Error("No schema.");
    expect(namedClasses(schema)).toEqual([
      { value: "pos", label: "Positive" },
      { value: "neg", label: "Negative" },
    ]);
  });
});

describe("the order of rules", () => {
  const rules = ["a", "b", "c"].map(rule);
  const names = (list: readonly PolicyRule[]) => list.map(({ name }) => name).join("");

  it("changes by one step, and not beyond the ends", () => {
    expect(names(movedRule(rules, 2, -1))).toBe("acb");
    expect(names(movedRule(rules, 0, 1))).toBe("bac");
    expect(names(movedRule(rules, 0, -1))).toBe("abc");
    expect(names(movedRule(rules, 2, 1))).toBe("abc");
  });
});

describe("the note to a worker", () => {
  it("goes with the rule only while the item goes back", () => {
    const noted = withNote(withAction(rule("one"), "back_to_worker"), "Mind the irony.");
    expect(noted.note).toBe("Mind the irony.");
    expect(withNote(noted, " ")).not.toHaveProperty("note");
    expect(withAction(noted, "hold")).not.toHaveProperty("note");
  });
});
