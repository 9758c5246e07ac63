"""The rules of a lead over the priced policy: the first that matches decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from labeling.problems import listed, pointer, shown
from labeling.questions import CATEGORY_PATTERN
from labeling.reading import Reader, as_number
from labeling.votes import JSON

MOST_RULES = 50
LONGEST_NAME = 100
LONGEST_NOTE = 500
BELOW, AT_LEAST, ANY_OF, IS = "below", "at_least", "any_of", "is"


class RuleAction(Enum):
    """What a rule does with the item."""

    CROWD = "crowd"  # ask one more worker
    EXPERT = "expert"  # an expert is to decide
    SECOND_EXPERT = "second_expert"  # two experts are to read it, each without the other
    ACCEPT = "accept"  # the consensus becomes the final label
    BACK_TO_WORKER = "back_to_worker"  # who disagrees looks again, once; else who gave the votes
    HOLD = "hold"  # nobody is asked until a lead releases it, once: it waits for the guideline


BUYS = frozenset(RuleAction) - {RuleAction.ACCEPT, RuleAction.HOLD}
"""The actions that cost a judgment."""


NUMBERS = (
    "posterior",  # of the least sure question, 0..1
    "agreement",  # of the least agreed question, 0..1
    "entropy",  # of the least sure question, in nats
    "votes",  # counted votes
    "unsure",  # votes marked "unsure"
    "comments",  # votes with a comment
    "model_score",  # of the model's label, 0..1; no model: the condition never holds
    "reliability",  # the lowest accuracy among the item's workers, 0..1
    "age_hours",  # since the item came in
    "cost",  # of the item's judgments so far, in the unit of the prices
)
SETS = (
    "consensus",  # the categories of the consensus
    "conflict",  # the categories that votes named; holds when all of the list are among them
)
FLAGS = (
    "model_disagrees",  # the model's label is another than the consensus
    "budget_spent",  # nothing may be bought any more
)


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One comparison with a fact of the item."""

    fact: str
    comparison: str
    operand: float | bool | tuple[str, ...]

    def holds(self, facts: Mapping[str, JSON]) -> bool:
        """Whether it holds; never when the fact is unknown."""
        value = facts.get(self.fact)
        if value is None:
            return False
        if isinstance(self.operand, tuple):
            named = set(self.operand)
            return named <= set(value) if self.fact == "conflict" else bool(named & set(value))
        if self.comparison == IS:
            return bool(value) is bool(self.operand)
        return bool(value < self.operand if self.comparison == BELOW else value >= self.operand)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """When all conditions hold, this is done. Without conditions it always matches."""

    name: str
    conditions: tuple[Condition, ...]
    action: RuleAction
    note: str = ""
    """What a worker reads to whom the item goes back."""

    def matches(self, facts: Mapping[str, JSON]) -> bool:
        """Whether every condition holds."""
        return all(condition.holds(facts) for condition in self.conditions)

    def to_json(self) -> dict[str, JSON]:
        """Return the document that `read_rules` reads."""
        when: dict[str, dict[str, JSON]] = {}
        for condition in self.conditions:
            operand = condition.operand
            raw = list(operand) if isinstance(operand, tuple) else operand
            when.setdefault(condition.fact, {})[condition.comparison] = raw
        document = {"name": self.name, "when": when, "then": self.action.value}
        # Left out where there is none: decisions that are stored compare with this document.
        return {**document, "note": self.note} if self.note else document


def first_match(
    rules: tuple[Rule, ...],
    facts: Mapping[str, JSON],
    possible: frozenset[RuleAction] = frozenset(RuleAction),
) -> Rule | None:
    """Return the rule that decides, if any does; those whose action is not possible are passed
    over."""
    return next((rule for rule in rules if rule.action in possible and rule.matches(facts)), None)


def read_rules(parent: Reader) -> tuple[Rule, ...]:
    """Read the list at "rules" of a policy; no key: no rules."""
    if "rules" not in parent.raw:
        return ()
    readers = parent.objects("rules", fewest=0, most=MOST_RULES)
    return tuple(_read_rule(reader, number) for number, reader in enumerate(readers, start=1))


def _read_rule(reader: Reader, number: int) -> Rule:
    reader.refuse_other_keys(("name", "when", "then", "note"))
    raw = reader.raw.get("when", {})
    if not isinstance(raw, dict):
        message = (
            f'"when" is {shown(raw)}. Send an object of conditions, such as '
            '{"votes": {"at_least": 3}}.'
        )
        reader.report("when", "wrong_type", message)
        raw = {}
    place = reader.path + pointer("when")
    conditions = [
        condition
        for fact, comparisons in raw.items()
        for condition in _read_conditions(
            Reader(raw, reader.problems, place), str(fact), comparisons
        )
    ]
    return Rule(
        name=reader.text("name", f"rule {number}", longest=LONGEST_NAME),
        conditions=tuple(conditions),
        action=RuleAction(
            reader.option("then", "", tuple(action.value for action in RuleAction))
            or RuleAction.CROWD.value
        ),
        note=reader.text("note", "", longest=LONGEST_NOTE),
    )


def _read_conditions(reader: Reader, fact: str, raw: JSON) -> list[Condition]:
    known = {
        **dict.fromkeys(NUMBERS, (BELOW, AT_LEAST)),
        **dict.fromkeys(SETS, (ANY_OF,)),
        **dict.fromkeys(FLAGS, (IS,)),
    }
    if fact not in known:
        message = f"{shown(fact)} is no fact of an item. Use one of: {listed(tuple(known))}."
        reader.report(fact, "unknown_fact", message)
        return []
    if not isinstance(raw, dict) or not raw or not set(raw) <= set(known[fact]):
        message = f'"{fact}" is {shown(raw)}. Send an object with {listed(known[fact])}.'
        reader.report(fact, "wrong_value", message)
        return []
    found = []
    for comparison, operand in raw.items():
        read = _operand(comparison, operand)
        if read is None:
            message = (
                f'"{comparison}" of "{fact}" is {shown(operand)}. Send {_WANTED[comparison]}.'
            )
            reader.report(fact, "wrong_value", message)
        else:
            found.append(Condition(fact=fact, comparison=comparison, operand=read))
    return found


_WANTED = {
    BELOW: "a number",
    AT_LEAST: "a number",
    ANY_OF: "a list of category ids",
    IS: "true or false",
}


def _operand(comparison: str, raw: JSON) -> float | bool | tuple[str, ...] | None:
    if comparison == IS:
        return raw if isinstance(raw, bool) else None
    if comparison in (BELOW, AT_LEAST):
        return as_number(raw)
    is_list = isinstance(raw, list) and 0 < len(raw) <= MOST_RULES
    return tuple(raw) if is_list and all(map(_is_category, raw)) else None


def _is_category(raw: JSON) -> bool:
    """Whether it may be the id of a category, or a step of a scale."""
    return isinstance(raw, str) and bool(CATEGORY_PATTERN.fullmatch(raw.removeprefix("-")))
