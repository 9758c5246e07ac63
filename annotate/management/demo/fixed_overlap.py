"""What a fixed overlap of the recorded votes would have got right, and what it would have cost.

Exact expectations: the number of right votes among votes drawn without replacement is
hypergeometric. Nothing is drawn here.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from math import comb
from typing import NamedTuple

from annotate.management.demo.recorded import RecordedItem
from labeling.prices import Prices


class Costed(NamedTuple):
    """A way to label, by what it costs an item and how often it is right."""

    cost: float
    accuracy: float


def majority_accuracy(items: Sequence[RecordedItem], votes: int) -> Fraction:
    """The expected share of items that a majority of `votes` random votes of an item gets right.

    A tie counts half, as a coin would decide it. Raises ValueError when an item has fewer votes.
    """
    return _overlap(items, votes, minority=votes).right


def disputes_to_experts(
    items: Sequence[RecordedItem], prices: Prices, *, cost: float
) -> Costed | None:
    """The most that fixed overlap can get right at this cost when experts take what is disputed.

    Every overlap is tried with every notion of a dispute: so many votes, or more, against the
    others. Between two of them items can be shared out, so the upper hull counts. None when even
    the dearest costs less, or the cheapest more, and without an expert.
    """
    if prices.expert is None or not items:
        return None
    depth = min(len(item.votes) for item in items)
    found = [
        _costed(_overlap(items, votes, minority), votes, prices)
        for votes in range(1, depth + 1)
        for minority in range(1, votes // 2 + 2)
    ]
    return _at(_hull(found), cost)


class _Fixed(NamedTuple):
    right: Fraction
    """Of all items, without those that are disputed."""
    disputed: Fraction


def _overlap(items: Sequence[RecordedItem], votes: int, minority: int) -> _Fixed:
    """What so many votes an item come to when a minority of that size makes a dispute."""
    if not items:
        raise ValueError("there has to be an item")
    right = disputed = Fraction()
    for item in items:
        recorded = len(item.votes)
        if not 1 <= votes <= recorded:
            raise ValueError(f"item {item.id} has {recorded} votes, not {votes}")
        good = sum(vote == item.gold for vote in item.votes.values())
        for hits in range(votes + 1):
            ways = comb(good, hits) * comb(recorded - good, votes - hits)
            chance = Fraction(ways, comb(recorded, votes))
            if min(hits, votes - hits) >= minority:
                disputed += chance
            else:
                right += chance * (Fraction(1, 2) if 2 * hits == votes else 2 * hits > votes)
    return _Fixed(right / len(items), disputed / len(items))


def _costed(fixed: _Fixed, votes: int, prices: Prices) -> Costed:
    disputed = float(fixed.disputed)
    return Costed(
        cost=votes * prices.crowd + disputed * (prices.expert or 0.0),
        accuracy=float(fixed.right) + disputed * prices.expert_accuracy,
    )


def _hull(found: Sequence[Costed]) -> list[Costed]:
    """The upper hull, by cost."""
    hull: list[Costed] = []
    for one in sorted(found):
        while hull and (one.accuracy >= hull[-1].accuracy and one.cost == hull[-1].cost):
            hull.pop()
        while len(hull) > 1 and _slope(hull[-2], one) >= _slope(hull[-2], hull[-1]):
            hull.pop()
        hull.append(one)
    return hull


def _slope(one: Costed, other: Costed) -> float:
    return (other.accuracy - one.accuracy) / max(other.cost - one.cost, 1e-12)


def _at(hull: Sequence[Costed], cost: float) -> Costed | None:
    for one, other in pairwise(hull):
        if one.cost <= cost <= other.cost:
            return Costed(cost, one.accuracy + _slope(one, other) * (cost - one.cost))
    return None
