"""Which conditions of a lead's rules could never hold, given the questions."""

from collections.abc import Iterator, Sequence

from labeling.label_types import LABEL_TYPES
from labeling.problems import Problem, listed, pointer, shown
from labeling.rules import AT_LEAST, BELOW, Condition, Rule
from labeling.schema import LabelSchema

SHARES = frozenset({"posterior", "agreement", "model_score", "reliability"})
"""Facts that lie in 0..1; all other numbers are 0 at least."""


def problems_of_rules(rules: Sequence[Rule], schema: LabelSchema) -> list[Problem]:
    """Return the conditions that hold of no item: a rule that waits for one is a mistake.

    They are looked for where a policy is saved. One in force stays readable when a newer guideline
    drops what it names.
    """
    known = sorted(
        {
            str(value)
            for question in schema.questions
            for value in LABEL_TYPES[question.type].condition_values(question)
        }
    )
    return [
        Problem(
            path=pointer("rules", place, "when", condition.fact),
            code=code,
            message=message,
        )
        for place, rule in enumerate(rules)
        for condition, code, message in _mistakes(rule, known)
    ]


def _mistakes(rule: Rule, known: Sequence[str]) -> Iterator[tuple[Condition, str, str]]:
    for condition in rule.conditions:
        if isinstance(condition.operand, tuple):
            odd = [name for name in condition.operand if name not in known]
            if odd:
                message = f"{shown(odd[0])} is no category. Name some of: {listed(known)}."
                yield condition, "unknown_category", message
        elif _is_out_of_reach(rule, condition):
            message = f'No item has such a "{condition.fact}". Mend the bounds, or remove them.'
            yield condition, "impossible_bounds", message


def _is_out_of_reach(rule: Rule, condition: Condition) -> bool:
    """Whether no value is there; of two bounds that leave none in between the lower one is."""
    bound = float(condition.operand) if not isinstance(condition.operand, tuple) else 0.0
    if condition.comparison == BELOW:
        return bound <= 0.0
    if condition.comparison != AT_LEAST:
        return False
    upper = [
        float(other.operand)
        for other in rule.conditions
        if other.fact == condition.fact
        and other.comparison == BELOW
        and not isinstance(other.operand, tuple)
    ]
    return (condition.fact in SHARES and bound > 1.0) or any(bound >= top for top in upper)
