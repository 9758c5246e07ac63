import type { LabelSchema, PolicyRule, RuleWhen } from "../../../api/types";

export type Operand = number | boolean | string[];

/** One comparison with a fact of the item; a rule holds when all of them do. */
export interface Condition {
  fact: string;
  comparison: string;
  operand: Operand;
}

type FactKind = "share" | "number" | "classes" | "flag";

/** What a rule may ask of an item; the same as the server's own list. */
const KINDS: Record<string, FactKind> = {
  posterior: "share",
  agreement: "share",
  entropy: "number",
  votes: "number",
  unsure: "number",
  comments: "number",
  consensus: "classes",
  conflict: "classes",
  model_disagrees: "flag",
  model_score: "share",
  reliability: "share",
  age_hours: "number",
  cost: "number",
  budget_spent: "flag",
};

export const FACTS = Object.keys(KINDS);

export const ACTIONS = [
  "crowd",
  "expert",
  "second_expert",
  "accept",
  "back_to_worker",
  "hold",
] as const;

const COMPARISONS: Record<FactKind, readonly string[]> = {
  share: ["below", "at_least"],
  number: ["below", "at_least"],
  classes: ["any_of"],
  flag: ["is"],
};

const FIRST_OPERAND: Record<FactKind, Operand> = {
  share: 0.8,
  number: 3,
  classes: [],
  flag: true,
};

export function kindOf(fact: string): FactKind {
  return KINDS[fact] ?? "number";
}

function comparisonsOf(fact: string): readonly string[] {
  return COMPARISONS[kindOf(fact)];
}

export function listConditions(when: RuleWhen): Condition[] {
  return Object.entries(when).flatMap(([fact, comparisons]) =>
    Object.entries(comparisons).map(([comparison, operand]) => ({ fact, comparison, operand })),
  );
}

export function whenOf(conditions: readonly Condition[]): RuleWhen {
  const when: RuleWhen = {};
  for (const { fact, comparison, operand } of conditions) {
    when[fact] = { ...when[fact], [comparison]: operand };
  }
  return when;
}

/** The comparisons of a fact that no condition makes yet: each can be made once. */
export function freeComparisons(fact: string, conditions: readonly Condition[]): string[] {
  return comparisonsOf(fact).filter(
    (comparison) =>
      !conditions.some((other) => other.fact === fact && other.comparison === comparison),
  );
}

/** A condition on the fact, by its first comparison that is still free. */
export function freshCondition(
  fact: string,
  conditions: readonly Condition[],
): Condition | undefined {
  const [comparison] = freeComparisons(fact, conditions);
  return comparison === undefined
    ? undefined
    : { fact, comparison, operand: FIRST_OPERAND[kindOf(fact)] };
}

/** The first condition that can still be added. */
export function nextCondition(conditions: readonly Condition[]): Condition | undefined {
  const order = ["votes", ...FACTS];
  return order.map((fact) => freshCondition(fact, conditions)).find((found) => found);
}

/** A note is for whom the item goes back to: no other action has one. */
export function withAction(
  { note, ...rule }: Omit<PolicyRule, "then">,
  action: string,
): PolicyRule {
  const told = note && action === "back_to_worker" ? { note } : {};
  // biome-ignore lint/suspicious/noThenProperty: the document's own word, and never awaited
  return { ...rule, ...told, then: action as PolicyRule["then"] };
}

/** A blank note is none. */
export function withNote({ note: _old, ...rule }: PolicyRule, note: string): PolicyRule {
  return note.trim() === "" ? rule : { ...rule, note };
}

export function freshRule(name: string): PolicyRule {
  return withAction({ name, when: { votes: { at_least: 3 } } }, "expert");
}

export function movedRule(rules: readonly PolicyRule[], index: number, by: -1 | 1): PolicyRule[] {
  const rule = rules[index];
  const target = index + by;
  if (!rule || target < 0 || target >= rules.length) return [...rules];
  const rest = rules.filter((_, at) => at !== index);
  return [...rest.slice(0, target), rule, ...rest.slice(target)];
}

/** Everything a vote can name: what conditions on the consensus choose from. */
export function namedClasses(schema: LabelSchema): { value: string; label: string }[] {
  const found = new Map<string, string>();
  for (const question of schema.questions) {
    if (!("categories" in question)) continue;
    for (const { id, title } of question.categories ?? []) found.set(id, title || id);
  }
  if (schema.questions.some(({ type }) => type === "pairwise")) {
    for (const side of ["left", "right", "tie"]) found.set(side, side);
  }
  return [...found].map(([value, label]) => ({ value, label }));
}
