"""The small sums that label types share: majority, medoid, median, one-coin posterior.

Below the label types and without numpy: these run inside the transaction that takes a vote.
"""

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import combinations
from typing import TypeVar

from labeling.votes import ScoredLabel

T = TypeVar("T", bound=Hashable)
Number = TypeVar("Number", int, float)
Distance = Callable[[T, T], float]

HALF = 0.5
ROUNDING = 1e-9
"""Sums of weights that differ by less are equal."""


def weight_by_label(labels: Sequence[T], weights: Sequence[float]) -> dict[T, float]:
    """Return the summed weight of each distinct label, in the order of first appearance."""
    totals: dict[T, float] = {}
    for label, weight in zip(labels, weights, strict=True):
        totals[label] = totals.get(label, 0.0) + weight
    return totals


def majority(
    labels: Sequence[T], weights: Sequence[float], order: Callable[[T], object] | None = None
) -> ScoredLabel:
    """Return the label of most weight; its score is its share of all weight.

    A tie goes to the label that comes first by `order` (a sort key), else to the one seen first;
    its share is then at most a half, which no routing threshold accepts.
    """
    totals = weight_by_label(labels, weights)
    best = max(totals.values())
    tied = [label for label, total in totals.items() if total >= best - ROUNDING]
    winner = tied[0] if order is None else min(tied, key=order)  # type: ignore[arg-type]
    return ScoredLabel(winner, totals[winner] / math.fsum(totals.values()))


def likeness_to(
    label: T, labels: Sequence[T], weights: Sequence[float], distance: Distance[T]
) -> float:
    """Return 1 minus the weighted mean distance of the labels to this one."""
    total = math.fsum(weights)
    apart = math.fsum(
        weight * distance(label, other) for other, weight in zip(labels, weights, strict=True)
    )
    return min(1.0, max(0.0, 1.0 - apart / total))


def weighted_medoid(
    labels: Sequence[T], weights: Sequence[float], distance: Distance[T]
) -> ScoredLabel:
    """Return the label that lies nearest to all, the general consensus under any distance.

    Its score is 1 minus the weighted mean distance to it. A tie goes to the label seen first.
    Kaufman & Rousseeuw (1987), "Clustering by means of medoids".
    """
    totals = weight_by_label(labels, weights)
    apart = dict.fromkeys(totals, 0.0)
    for a, b in combinations(totals, 2):  # each distance once: for shapes they are the whole cost
        between = distance(a, b)
        apart[a] += totals[b] * between
        apart[b] += totals[a] * between
    least = min(apart.values())
    medoid = next(label for label in apart if apart[label] <= least + ROUNDING)
    return ScoredLabel(medoid, max(0.0, 1.0 - apart[medoid] / math.fsum(weights)))


def weighted_median(values: Sequence[Number], weights: Sequence[float]) -> Number:
    """Return the smallest value with at least half of the weight at or below it.

    It minimises the weighted sum of absolute distances; between two middle values the lower.
    """
    half = math.fsum(weights) * HALF
    reached = 0.0
    for value, weight in sorted(zip(values, weights, strict=True)):
        reached += weight
        if reached >= half - ROUNDING:
            return value
    raise ValueError("a median needs at least one value")


def one_coin_posterior(
    labels: Sequence[T], accuracies: Sequence[float], values: int, order: Callable[[T], object]
) -> ScoredLabel:
    """Return the most probable label and its probability, by Bayes' rule.

    One-coin model (Dawid & Skene 1979 with one number a worker): worker i says the true one of
    K = `values` with probability a_i and else any of the other K - 1 alike; prior 1/K each.

        P(k | votes)  ~  prod_i  a_i if vote_i = k else (1 - a_i) / (K - 1)

    Counted in logarithms, so that many votes do not underflow. Accuracies lie between 0 and 1,
    neither included. A tie goes to the label that comes first by `order`.
    """
    nobody = math.fsum(math.log((1.0 - a) / (values - 1)) for a in accuracies)
    gains: dict[T, float] = {}
    for label, accuracy in zip(labels, accuracies, strict=True):
        gain = math.log(accuracy * (values - 1) / (1.0 - accuracy))
        gains[label] = gains.get(label, 0.0) + gain
    logs = {label: nobody + gain for label, gain in gains.items()}
    highest = max(*logs.values(), nobody)
    evidence = math.fsum(math.exp(log - highest) for log in logs.values())
    evidence += (values - len(logs)) * math.exp(nobody - highest)
    best = max(logs.values())
    winner = min((label for label, log in logs.items() if log >= best - ROUNDING), key=order)  # type: ignore[arg-type]
    return ScoredLabel(winner, math.exp(logs[winner] - highest) / evidence)


def mean_pairwise_agreement(labels: Sequence[T], distance: Distance[T]) -> float:
    """Return 1 minus the mean distance over all pairs; of a single label, 1."""
    apart = [0.0 if a == b else distance(a, b) for a, b in combinations(labels, 2)]
    return 1.0 - math.fsum(apart) / len(apart) if apart else 1.0


def dice(shared: float, one: float, other: float) -> float:
    """Return 2 * shared / (one + other), the F1 of two sets by their sizes; of two empty ones 1.

    Dice (1945); van Rijsbergen (1979), "Information Retrieval", chapter 7.
    """
    return 1.0 if one + other == 0 else min(1.0, 2.0 * shared / (one + other))


def kept_by_majority(supports: Iterable[tuple[T, float]], total: float) -> list[tuple[T, float]]:
    """Return the candidates that more than half of the total weight supports."""
    return [(item, support) for item, support in supports if support > total * HALF + ROUNDING]
