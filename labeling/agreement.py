"""How far workers agree: observed agreement and Krippendorff's alpha, over any distance.

A unit is the sequence of labels that one item got; who gave them does not matter, nor that some
workers did not see the item. Labels must be hashable. Sources:

Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability. Univ. of Pennsylvania.
Krippendorff, K. (2013). Content Analysis, 3rd ed., chapter 12.
Hayes, A. F. & Krippendorff, K. (2007). Answering the call for a standard reliability measure for
coding data. Communication Methods and Measures 1(1), 77-89.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from fractions import Fraction
from itertools import combinations
from random import Random
from typing import Generic, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from labeling.votes import Label, Vote

T = TypeVar("T", bound=Hashable)
Number: TypeAlias = int | float | Fraction
Distance: TypeAlias = Callable[[T, T], Number]
Units: TypeAlias = Iterable[Sequence[T]]


def units_of(votes: Iterable[Vote]) -> list[list[Label]]:
    """Return the labels of each item, in the order in which the items appear."""
    units: dict[Hashable, list[Label]] = defaultdict(list)
    for vote in votes:
        units[vote.item].append(vote.label)
    return list(units.values())


def observed_agreement(units: Units[T], distance: Distance[T]) -> Fraction | None:
    """Return 1 minus the observed disagreement, 1 - D_o; None when no unit has two labels.

    It is exact. A unit of m labels weighs m times the mean distance within it, as in alpha.
    """
    pairable = _pairable(units)
    if not pairable:
        return None
    within = [_within(unit, distance) for unit in pairable]
    total = sum((Fraction(value) for value in within), Fraction(0))
    return 1 - total / sum(len(unit) for unit in pairable)


def krippendorff_alpha(
    units: Units[T], distance: Distance[T], *, most_pairs: int | None = None
) -> Fraction | float | None:
    """Return alpha = 1 - D_o / D_e (Krippendorff 2011).

    `distance` is what the literature calls the difference function: symmetric, 0 for equal
    labels; for interval data it is already the square. With n pairable labels in all,

        D_o = 1/n  sum_units  1/(m_u - 1)  sum_{i != j}  distance(v_i, v_j)
        D_e = 1/(n (n - 1))  sum_{i != j over all labels}  distance(v_i, v_j)

    The result is a Fraction when all distances are rational (int, Fraction, whole float), else a
    float. None when no unit has two labels, or when all labels are the same: where nothing
    varies, nothing can be said of reliability.

    D_e takes a distance for every two distinct labels. Above `most_pairs` it is estimated from so
    many pairs, drawn at random and alike each time: pairs at fixed steps would meet only labels
    that are alike where items repeat in a period. None means: always exactly.
    """
    pairable = _pairable(units)
    values = [value for unit in pairable for value in unit]
    if not values:
        return None
    observed = _total(_within(unit, distance) for unit in pairable)
    expected = _expected_total(values, distance, most_pairs)
    if expected == 0:
        return None
    return 1 - observed * (len(values) - 1) / expected


def bootstrap_interval(
    units: Units[T],
    distance: Distance[T],
    *,
    rng: Random,
    level: float = 0.95,
    rounds: int = 1000,
    most_pairs: int = 50_000,
) -> tuple[float, float] | None:
    """Return the percentile interval of alpha over resampled items; None where alpha is None.

    Items, not votes, are drawn with replacement, since the votes of one item hang together
    (Efron & Tibshirani 1993, chapter 13; for alpha Hayes & Krippendorff 2007). Draws in which
    all labels are the same have no alpha and are left out. With more than `most_pairs` pairs of
    distinct labels, D_e is estimated once and kept, and only D_o is resampled.
    """
    pairable = _pairable(units)
    spread = _SpreadOfDraws(pairable, distance, most_pairs)
    within = np.array([float(_within(unit, distance)) for unit in pairable])
    sizes = np.array([len(unit) for unit in pairable], dtype=np.float64)
    alphas = []
    for _ in range(rounds if pairable else 0):
        draws = rng.choices(range(len(pairable)), k=len(pairable))
        times = np.bincount(draws, minlength=len(pairable)).astype(np.float64)
        observed = float(times @ within) / float(times @ sizes)
        expected = spread.mean_distance(times)
        if expected > 0.0:
            alphas.append(1.0 - observed / expected)
    if not alphas:
        return None
    tail = (1.0 - level) / 2.0
    low, high = np.quantile(np.array(alphas), (tail, 1.0 - tail))
    return (float(low), float(high))


def nominal_difference(a: Hashable, b: Hashable) -> int:
    """Return 0 for equal labels, else 1 (Krippendorff 2011)."""
    return 0 if a == b else 1


def interval_difference(a: int | Fraction, b: int | Fraction) -> Fraction:
    """Return the squared difference (Krippendorff 2011)."""
    return Fraction(a - b) ** 2


def ratio_difference(a: int | Fraction, b: int | Fraction) -> Fraction:
    """Return the squared difference over the squared sum (Krippendorff 2011)."""
    return Fraction(a - b, a + b) ** 2 if a != b else Fraction(0)


def ordinal_difference(units: Units[int]) -> Distance[int]:
    """Return the difference function of ranks for these units (Krippendorff 2011).

    Between c and k lie all the labels from c to k, those at both ends counted by half; squared.
    """
    counts = Counter(value for unit in _pairable(units) for value in unit)
    below: dict[int, int] = {}  # labels below the middle of each value, counted in halves
    passed = 0
    for value in sorted(counts):
        below[value] = 2 * passed + counts[value]
        passed += counts[value]
    return lambda a, b: Fraction(below[a] - below[b], 2) ** 2


def _pairable(units: Units[T]) -> list[Sequence[T]]:
    """Return the units with at least two labels; a lone label tells nothing of agreement."""
    return [unit for unit in units if len(unit) > 1]


def _total(numbers: Iterable[Number]) -> Fraction | float:
    """Return the sum: exact when every number is rational and known exactly."""
    exact = Fraction(0)
    rough: list[float] = []
    for number in numbers:
        if isinstance(number, float) and not number.is_integer():
            rough.append(number)
        else:
            exact += Fraction(number)
    return math.fsum((float(exact), *rough)) if rough else exact


def _within(unit: Sequence[T], distance: Distance[T]) -> Fraction | float:
    """Return the summed distance of a unit to its own labels: m_u times the mean distance."""
    counts = Counter(unit)
    total = _total(counts[a] * counts[b] * distance(a, b) for a, b in combinations(counts, 2))
    return 2 * total / (len(unit) - 1)


def _expected_total(
    values: Sequence[T], distance: Distance[T], most_pairs: int | None
) -> Fraction | float:
    """Return the distance summed over all ordered pairs of labels: n (n - 1) D_e."""
    counts = Counter(values)
    if most_pairs is None or _pairs_among(len(counts)) <= most_pairs:
        return 2 * _total(
            counts[a] * counts[b] * distance(a, b) for a, b in combinations(counts, 2)
        )
    size = len(values)
    rng = Random(size)  # noqa: S311 - no secret hangs on it; alike each time
    sampled = _total(distance(*rng.sample(values, 2)) for _ in range(most_pairs))
    return sampled * size * (size - 1) / most_pairs


def _pairs_among(count: int) -> int:
    return count * (count - 1) // 2


class _SpreadOfDraws(Generic[T]):
    """The expected disagreement among the labels of resampled units."""

    def __init__(
        self, units: Sequence[Sequence[T]], distance: Distance[T], most_pairs: int
    ) -> None:
        values = [value for unit in units for value in unit]
        places = {value: place for place, value in enumerate(dict.fromkeys(values))}
        self._unit_of = np.repeat(np.arange(len(units)), [len(unit) for unit in units])
        self._place_of = np.array([places[value] for value in values], dtype=np.intp)
        self._estimate: float | None = None
        self._distances: NDArray[np.float64] = np.zeros((len(places), len(places)))
        if _pairs_among(len(places)) > most_pairs:
            total = _expected_total(values, distance, most_pairs)
            self._estimate = float(total) / (len(values) * (len(values) - 1))
            return
        for (a, i), (b, j) in combinations(places.items(), 2):
            self._distances[i, j] = self._distances[j, i] = float(distance(a, b))

    def mean_distance(self, times: NDArray[np.float64]) -> float:
        """Return D_e when unit u is in the sample times[u] times."""
        if self._estimate is not None:
            return self._estimate
        counts = np.bincount(
            self._place_of, weights=times[self._unit_of], minlength=len(self._distances)
        )
        size = float(counts.sum())
        return float(counts @ self._distances @ counts) / (size * (size - 1.0))
