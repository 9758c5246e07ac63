"""What experts are good at, and what they say together.

An expert's competence in a category is the lower end of the 95 % interval of the accuracy there:

Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. JASA
22(158), 209-212.

Before any evidence everybody is taken to be right in PRIOR_RIGHT of PRIOR_SEEN readings, so all
start equal, a good record lifts, and a bad one puts below a newcomer.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from labeling.agreement import krippendorff_alpha, observed_agreement
from labeling.label_types import LABEL_TYPES
from labeling.questions import Question
from labeling.schema import LabelSchema
from labeling.votes import JSON, Answer, Label

Z95 = 1.959964
PRIOR_RIGHT, PRIOR_SEEN = 8.0, 10.0
MOST_CONFLICT = 20
"""So many categories of a dispute are looked at; a text with a hundred spans names no more."""
ALIKE = 1e-9
"""Two labels nearer than this are the same."""

Record = Mapping[str, tuple[float, float]]
"""Of one expert: by category, how many readings were right, and how many were measured."""


def category_key(question: str, category: object) -> str:
    """Return the name of a category among all questions."""
    return f"{question}/{category}"


def categories_of(question: Question, label: Label) -> set[str]:
    """Return the categories that a label names, spans and boxes included."""
    label_type = LABEL_TYPES[question.type]
    if label_type.condition_values(question):
        return {category_key(question.id, value) for value in label_type.chosen_values(label)}
    shapes = label if isinstance(label, tuple) else ()
    named = {getattr(shape, "category", None) for shape in shapes}
    return {category_key(question.id, name) for name in named if name is not None}


def conflict_of(
    schema: LabelSchema, answers: Sequence[Answer], gates: frozenset[str]
) -> list[str]:
    """Return the categories over which the votes differ, in order, at most MOST_CONFLICT.

    Where all say the same (an audit, everybody unsure) they are the categories that were named.
    """
    named: set[str] = set()
    contested: set[str] = set()
    for question in schema.questions:
        labels = [answer[question.id] for answer in answers if question.id in answer]
        sets = [categories_of(question, label) for label in labels]
        if question.id not in gates or not sets:
            continue
        named.update(*sets)
        contested |= {name for name in set().union(*sets) if any(name not in s for s in sets)}
    return sorted(contested or named)[:MOST_CONFLICT]


def lower_bound(right: float, seen: float) -> float:
    """Return the lower end of Wilson's 95 % interval, with the prior counted in."""
    count = seen + PRIOR_SEEN
    share = (right + PRIOR_RIGHT) / count
    spread = Z95 * math.sqrt(share * (1.0 - share) / count + (Z95 / (2.0 * count)) ** 2)
    return max(0.0, (share + Z95**2 / (2.0 * count) - spread) / (1.0 + Z95**2 / count))


def competence(record: Record, category: str) -> float:
    """Return how far an expert is to be trusted in a category."""
    return lower_bound(*record.get(category, (0.0, 0.0)))


def advantages(mine: Record, others: Sequence[Record]) -> dict[str, float]:
    """Return, by category, how much better I am than the others are on average.

    Nobody else there: no advantage anywhere. A category without a key: nobody was measured.
    """
    known = {category for record in (mine, *others) for category in record}
    if not others:
        return {}
    return {
        category: round(
            competence(mine, category)
            - sum(competence(other, category) for other in others) / len(others),
            6,
        )
        for category in sorted(known)
    }


@dataclass(frozen=True, kw_only=True)
class Credit:
    """How right a reading was about a category."""

    category: str
    right: float
    """1 minus the distance to the truth."""


def credits_of(
    schema: LabelSchema, said: Answer, truth: Answer, gates: frozenset[str]
) -> list[Credit]:
    """Return what a reading tells of its expert once the truth is known."""
    found = []
    for question in schema.questions:
        true = truth.get(question.id)
        if question.id not in gates or true is None:
            continue
        mine = said.get(question.id)
        label_type = LABEL_TYPES[question.type]
        away = 1.0 if mine is None else float(label_type.distance(mine, true, question))
        found += [
            Credit(category=category, right=1.0 - away)
            for category in sorted(categories_of(question, true))
        ]
    return found


def is_same(schema: LabelSchema, one: Answer, other: Answer, gates: frozenset[str]) -> bool:
    """Whether two readings say the same on every dispute question."""
    return all(
        _distance(question, one.get(question.id), other.get(question.id)) < ALIKE
        for question in schema.questions
        if question.id in gates
    )


def _distance(question: Question, one: Label | None, other: Label | None) -> float:
    if one is None or other is None:
        return 0.0 if one is other else 1.0
    return float(LABEL_TYPES[question.type].distance(one, other, question))


def ceiling_of(schema: LabelSchema, pairs: Iterable[Sequence[Answer]]) -> dict[str, JSON]:
    """Return, by question, how far experts agree who read the same items without each other.

    No crowd and no model can be measured to be better than that.
    """
    kept = list(pairs)
    return {question.id: _agreement(question, kept) for question in schema.questions}


def _agreement(question: Question, pairs: Sequence[Sequence[Answer]]) -> dict[str, JSON]:
    label_type = LABEL_TYPES[question.type]

    def distance(one: Label, other: Label) -> float:
        return float(label_type.distance(one, other, question))

    def difference(one: Label, other: Label) -> Fraction | float:
        return label_type.difference(one, other, question)

    units = [[a[question.id] for a in pair if question.id in a] for pair in pairs]
    units = [unit for unit in units if len(unit) >= 2]
    observed = observed_agreement(units, distance) if units else None
    alpha = krippendorff_alpha(units, difference) if units else None
    return {
        "items": len(units),
        "observed": None if observed is None else float(observed),
        "alpha": None if alpha is None else float(alpha),
    }
