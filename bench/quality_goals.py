"""How the goals G1 to G5 are counted from the curves of cost and accuracy."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

OVERLAPS = (1, 2, 3, 4, 5, 7, 10)
LEVELS = 12
SMALL = 200
"""Sets with fewer items are named apart: on 100 items one answer is a point of accuracy."""

Curve = list[tuple[float, float]]
"""(cost an item, accuracy), by cost."""


class Measured(NamedTuple):
    """One data set, the means over the seeds."""

    name: str
    items: int
    votes_per_item: float
    ours: Curve
    majority: Curve
    agreement: Curve
    with_expert: float
    expert_baseline: float
    macro_f1: float
    seconds: float


def envelope(points: Sequence[tuple[float, float]]) -> Curve:
    """What is best at each cost: the points that no cheaper one equals."""
    best: Curve = []
    for cost, accuracy in sorted(points):
        if not best or accuracy > best[-1][1]:
            best.append((cost, accuracy))
    return best


def at(curve: Curve, cost: float) -> float:
    return float(np.interp(cost, [p[0] for p in curve], [p[1] for p in curve]))


def best_within(points: Sequence[tuple[float, float]], cost: float) -> float:
    curve = envelope(points)
    return at([p for p in curve if p[0] <= curve[-1][0]], cost) if cost >= curve[0][0] else 0.0


def cost_to(curve: Curve, accuracy: float) -> float | None:
    """Return the cost at which a curve first reaches an accuracy; None if it never does."""
    if curve[0][1] >= accuracy:
        return curve[0][0]
    for (cost, before), (further, after) in pairwise(curve):
        if after >= accuracy:
            return cost + (further - cost) * (accuracy - before) / (after - before)
    return None


def cost_ratio(found: Measured) -> float:
    """Return the mean ratio of costs at accuracies that the agreement rule spans."""
    low, high = found.agreement[0][1], found.agreement[-1][1]
    ratios = []
    for accuracy in np.linspace(low, high, LEVELS):
        ours, theirs = cost_to(found.ours, accuracy), cost_to(found.agreement, accuracy)
        if theirs is not None:
            # Where we never get there the whole budget is counted against us.
            ratios.append((ours if ours is not None else found.ours[-1][0]) / theirs)
    return float(np.mean(ratios))


def worst_gap(found: Measured) -> float:
    """Return the points by which the best baseline is ahead at most, at any of its own costs."""
    theirs = envelope([*found.majority, *found.agreement])
    costs = [cost for cost, _ in theirs if cost <= found.ours[-1][0]]
    crowd = max((at(theirs, cost) - at(found.ours, cost) for cost in costs), default=0.0)
    return 100.0 * max(crowd, found.expert_baseline - found.with_expert)


def cost_to_five(found: Measured) -> float:
    """Return the cost at which we first have the accuracy of five votes each; where we never do,
    all that was paid."""
    cost = cost_to(found.ours, found.majority[OVERLAPS.index(5)][1])
    return found.ours[-1][0] if cost is None else cost


def common_cost_to_five(measured: Sequence[Measured]) -> float | None:
    """Return the one cost at which the mean accuracy of the sets is that of five votes each."""
    grid = [cost for cost, _ in min((found.ours for found in measured), key=len)]
    ours = [(x, float(np.mean([at(found.ours, x) for found in measured]))) for x in grid]
    return cost_to(ours, float(np.mean([f.majority[OVERLAPS.index(5)][1] for f in measured])))


def _means(count: Callable[[Measured], float], sets: Sequence[Measured]) -> tuple[float, float]:
    """Return the mean over the sets, and over those that are not SMALL."""
    large = [found for found in sets if found.items >= SMALL] or sets
    return float(np.mean(list(map(count, sets)))), float(np.mean(list(map(count, large))))


def goals_of(measured: Sequence[Measured]) -> dict[str, dict[str, Any]]:
    """Return G1 to G5, the means over the sets.

    G1 is the mean of the sets' own costs, `common_cost` the one cost for all of them. G5 compares
    at every cost of the baselines, on the crowd alone and with experts.
    """

    def lead(votes: int) -> Iterator[float]:
        for found in measured:
            if found.votes_per_item >= votes - 0.1:
                base = found.majority[OVERLAPS.index(votes)]
                yield 100.0 * (at(found.ours, min(votes, base[0])) - base[1])

    def both(count: Callable[[Measured], float], sets: Sequence[Measured]) -> tuple[float, float]:
        large = [found for found in sets if found.items >= SMALL]
        means = [
            float(np.mean([count(found) for found in some])) for some in (sets, large or sets)
        ]
        return means[0], means[1]

    deep = [found for found in measured if found.votes_per_item >= 4.9]
    fives, ratios = _means(cost_to_five, deep), _means(cost_ratio, measured)
    experts = [100.0 * (found.with_expert - found.expert_baseline) for found in measured]
    at_two, at_three = float(np.mean(list(lead(2)))), float(np.mean(list(lead(3))))
    return {
        "G1": goal(fives[0], 2.2, is_most=True)
        | {"from_200_items": round(fives[1], 4), "common_cost": common_cost_to_five(deep)},
        "G2": goal(ratios[0], 0.59, is_most=True) | {"from_200_items": round(ratios[1], 4)},
        "G3": goal(at_two, 7.0, is_most=False)
        | {"at_3": at_three, "goal_at_3": 5.0, "met": at_two >= 7.0 and at_three >= 5.0},
        "G4": goal(float(np.mean(experts)), 2.3, is_most=False),
        "G5": goal(max(map(worst_gap, measured)), 1.0, is_most=True),
    }


def goal(value: float, goal: float, *, is_most: bool) -> dict[str, Any]:
    is_met = value <= goal if is_most else value >= goal
    return {"value": round(value, 4), "goal": goal, "met": bool(is_met)}


HEADER = (
    "set              votes   @2 ours/maj    @3 ours/maj    to maj@5   ratio   "
    "expert@5 ours/best  worst gap  macro F1     s"
)


def row(found: Measured) -> str:
    """Return a line of the table: ours beside the majority and the best of the market."""
    five = cost_to(found.ours, found.majority[OVERLAPS.index(5)][1])
    return (
        f"{found.name:16} {found.votes_per_item:5.1f}   "
        f"{at(found.ours, 2):.3f}/{found.majority[1][1]:.3f}    "
        f"{at(found.ours, 3):.3f}/{found.majority[2][1]:.3f}    "
        f"{five if five is not None else float('nan'):8.2f}   {cost_ratio(found):5.2f}   "
        f"{found.with_expert:.3f}/{found.expert_baseline:.3f}         "
        f"{worst_gap(found):6.1f}     {found.macro_f1:.3f}  {found.seconds:6.1f}"
    )
