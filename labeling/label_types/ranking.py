"""ranking: options put into an order, the best first."""

# ruff: noqa: ARG002 - a label type is handed all that some label type needs.

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from labeling.label_types.base import JointFit, LabelType, Level, refused
from labeling.problems import InvalidLabel, Problem, listed, pointer, shown
from labeling.questions import INPUT_TYPES, MOST_CATEGORIES, ItemFacts, Limits, Question, limits_of
from labeling.rankings import aggregate_orders, plackett_luce
from labeling.reading import Reader
from labeling.votes import JSON, ScoredLabel
from labeling.voting import likeness_to, weight_by_label

Order = tuple[str, ...]

TIED = 0.5
"""What a pair costs that one order ties and the other does not."""
DIGITS = 6
"""Strengths that are the same to so many digits are the same: then the schema's order decides."""
STEPS = 40
"""Of random orders of 5 to 20 options, the strengths stand in the same order after 20 steps as
after 500 (1 in 300 after 10 does not). A step takes some 30 microseconds, inside a vote's
transaction."""
LEAST_WEIGHT = 1e-6


@dataclass(frozen=True, kw_only=True)
class RankingLimits(Limits):
    """How much of the order is asked."""

    top: int | None
    """So many places; None: all options are put in order."""


class Ranking(LabelType[Order]):
    """A label is a tuple of options, the best first; those not in it share the place behind.

    The options are the categories of the question or, named under "on", inputs of the item.
    """

    name = "ranking"
    level = Level.RANKING
    fewest_categories = 2
    may_name_inputs = True
    input_types = INPUT_TYPES
    limit_keys = ("top",)
    distance_keys = ("top",)

    def read_limits(self, reader: Reader, *, is_required: bool, categories: int) -> RankingLimits:
        """Read top (all options)."""
        top = None
        if "top" in reader.raw:
            top = reader.integer("top", categories, lowest=1, highest=categories)
        return RankingLimits(top=top)

    def question_json_schema(self) -> dict[str, JSON]:
        """Return the schema of top."""
        return {"top": {"type": "integer", "minimum": 1, "maximum": MOST_CATEGORIES}}

    def label_json_schema(self, question: Question) -> dict[str, JSON]:
        """Return an array of distinct options of the length that is asked."""
        places = places_of(question)
        return {
            "type": "array",
            "items": {"enum": list(question.options)},
            "uniqueItems": True,
            "minItems": places,
            "maxItems": places,
        }

    def parse(self, raw: JSON, question: Question, facts: ItemFacts) -> Order:
        """Return the order."""
        if not isinstance(raw, list):
            message = f"This is {shown(raw)}. Send a list of options, the best first."
            raise refused("wrong_type", message)
        places = places_of(question)
        if len(raw) != places:
            message = f"{len(raw)} options are in the order. Send {places}, the best first."
            raise refused("wrong_count", message)
        problems = _entry_problems(raw, question.options)
        if problems:
            raise InvalidLabel(problems)
        return tuple(raw)

    def dump(self, label: Order) -> JSON:
        """Return the options as a list."""
        return list(label)

    def distance(self, a: Order, b: Order, question: Question) -> float:
        """Return Kendall's distance of two orders as a share of the largest there is.

        A pair costs 1 when the orders contradict, TIED when it is tied behind the last place of
        one of them only: K^(1/2) of Fagin et al. (2006), "Comparing partial rankings". For whole
        orders it is (1 - tau) / 2 (Kendall 1938). O(K^2) pairs of the options named in either.
        """
        if a == b:
            return 0.0
        first, second = ({option: at for at, option in enumerate(order)} for order in (a, b))
        behind = len(question.options)
        named = dict.fromkeys([*a, *b])
        cost = 0.0
        for one, other in combinations(named, 2):
            mine = _sign(first.get(one, behind), first.get(other, behind))
            theirs = _sign(second.get(one, behind), second.get(other, behind))
            cost += abs(mine - theirs) / 2  # a tie is 0, so it costs half
        beside = len(named) - len(a)  # options that are named in one of the orders only, in each
        unnamed = len(question.options) - len(named)
        cost += 2 * TIED * beside * unnamed
        return cost / _largest(len(question.options), len(a))

    def aggregate(
        self, labels: Sequence[Order], weights: Sequence[float], question: Question
    ) -> ScoredLabel:
        """Return the order of the strengths that `plackett_luce` finds, by weight.

        Equal strengths keep the order of the schema. The score is 1 minus the weighted mean
        distance of the votes to that order.
        """
        totals = weight_by_label(labels, weights)
        if len(totals) == 1:
            return ScoredLabel(labels[0], 1.0)
        number = {option: at for at, option in enumerate(question.options)}
        orders = [[number[option] for option in order] for order in totals]
        behind = [sorted(set(number.values()).difference(order)) for order in orders]
        strengths = plackett_luce(
            orders, len(number), [*totals.values()], behind=behind, steps=STEPS
        )
        return self._scored(strengths.tolist(), labels, weights, question)

    def fit(
        self, items: Sequence[Sequence[tuple[int, Order]]], workers: int, question: Question
    ) -> JointFit:
        """Return the orders of all items and the workers' reliability (`aggregate_orders`).

        Each item has strengths of its own; whether a worker contradicts the others is learnt over
        all of them.
        """
        options = question.options
        objects = [
            {option: at * len(options) + place for place, option in enumerate(options)}
            for at in range(len(items))
        ]
        votes = [(of, *vote) for of, labels in zip(objects, items, strict=True) for vote in labels]
        fitted = aggregate_orders(
            [(worker, [of[option] for option in order]) for of, worker, order in votes],
            len(items) * len(options),
            workers,
            behind=[[of[one] for one in options if one not in order] for of, _, order in votes],
        )
        trust = [self.weight(reliability) for reliability in fitted.reliability.tolist()]
        found = []
        for at, labels in enumerate(items):
            given, weights = [order for _, order in labels], [trust[who] for who, _ in labels]
            strengths = fitted.strength[at * len(options) : (at + 1) * len(options)].tolist()
            found.append(self._scored(strengths, given, weights, question))
        return JointFit(found, fitted.reliability.tolist())

    def weight(self, reliability: float) -> float:
        """Return how far the worker is better than chance, as in `aggregate_orders`."""
        return max(2.0 * reliability - 1.0, LEAST_WEIGHT)

    def _scored(
        self,
        strengths: Sequence[float],
        labels: Sequence[Order],
        weights: Sequence[float],
        question: Question,
    ) -> ScoredLabel:
        ranked = sorted(  # stable: equal strengths stay in the order of the schema
            zip(question.options, strengths, strict=True), key=lambda it: -round(it[1], DIGITS)
        )
        label = tuple([option for option, _ in ranked[: places_of(question)]])
        score = likeness_to(label, labels, weights, lambda a, b: self.distance(a, b, question))
        return ScoredLabel(label, score)

    def summary(self, label: Order, question: Question) -> str:
        """Return the titles of the options, the best first, shortened when there are many."""
        titles = {category.id: category.title for category in question.categories}
        line = " > ".join(titles.get(option, option) for option in label)
        return line if len(line) <= SUMMARY_LENGTH else line[: SUMMARY_LENGTH - 1] + "\u2026"


SUMMARY_LENGTH = 80


def places_of(question: Question) -> int:
    """Return how many options a label puts in order."""
    return limits_of(question, RankingLimits).top or len(question.options)


def _largest(options: int, places: int) -> int | float:
    """Return the distance of the two orders that are furthest apart.

    They name as few options in common as they can, and put those last and in reverse.
    """
    apart = min(places, options - places)
    shared, unnamed = places - apart, options - places - apart
    own = apart**2 + TIED * apart * (apart - 1) + 2 * apart * shared
    return own + shared * (shared - 1) / 2 + 2 * TIED * apart * unnamed


def _sign(one: int, other: int) -> int:
    return (one > other) - (one < other)


def _entry_problems(raw: list[JSON], options: Sequence[str]) -> list[Problem]:
    """Return the entries that are no option, or are there twice."""
    problems = []
    seen: set[str] = set()
    for index, entry in enumerate(raw):
        if not isinstance(entry, str) or entry not in options:
            message = f"{shown(entry)} is no option. Use ids of this list: {listed(options)}."
            problems.append(Problem(path=pointer(index), code="unknown_option", message=message))
        elif entry in seen:
            message = f"{shown(entry)} is in the order twice. Send each option once."
            problems.append(Problem(path=pointer(index), code="duplicate", message=message))
        else:
            seen.add(entry)
    return problems
