"""Intervals by a bootstrap over groups of items, read from the counters of the groups.

Items, not judgments, are resampled, since the judgments of one item hang together. To keep the
replicates up to date would change a thousand tables with each judgment. So items fall into GROUPS
groups by the hash of their id, a judgment changes the counters of one group, and whole groups are
drawn with replacement when somebody asks: a bootstrap of random groups (Efron & Tibshirani 1993,
"An Introduction to the Bootstrap", chapters 8 and 13; random groups: Wolter 2007, "Introduction to
Variance Estimation", 2nd ed., chapter 2; for alpha Hayes & Krippendorff 2007). A group of one item
is the plain bootstrap. With G groups the width is known to about 1 / sqrt(2 G), 7 %.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from hashlib import shake_128
from itertools import pairwise

import numpy as np

from labeling.agreement_figures import (
    apart_within,
    labels_in_pairs,
    own_difference,
    sums_in_pairs,
    totals_in_pairs,
)
from labeling.agreement_groups import GROUPS, GroupCounts
from labeling.agreement_measure import UNIT, Measure
from labeling.agreement_sample import Across
from labeling.ballots import Floats
from labeling.label_types.base import Level

ROUNDS = 1000
DIGITS = 9
"""An interval is rounded to so many decimals: where floats add up in another order, on another
machine or with categories renamed, the last of their digits differ."""
_CHUNK = 100
_NEVER = 1e-12

Interval = tuple[float, float]
Groups = Sequence[tuple[int, GroupCounts]]


@lru_cache(maxsize=16)
def draws(groups: int) -> Floats:
    """Return how often each group is drawn in each round, (ROUNDS, groups); rows sum to groups.

    From SHAKE-128 (FIPS 202) and whole numbers, so the same on every machine.
    """
    stream = shake_128(f"bootstrap {groups}".encode()).digest(ROUNDS * groups * 4)
    drawn = (
        np.frombuffer(stream, dtype="<u4").astype(np.uint64) * np.uint64(groups)
    ) >> np.uint64(32)
    cells = drawn.astype(np.int64).reshape(ROUNDS, groups) + np.arange(ROUNDS)[:, None] * groups
    counts = np.bincount(cells.ravel(), minlength=ROUNDS * groups)
    weights = counts.reshape(ROUNDS, groups).astype(float)
    weights.setflags(write=False)
    return weights


def alpha_interval(
    groups: Mapping[int, GroupCounts], measure: Measure, across: Across | None, level: float
) -> Interval | None:
    """Return the percentile interval of alpha; None with one group only, or without variation."""
    used = [(place, group) for place, group in sorted(groups.items()) if group.pairable_items()]
    if len(used) < 2:
        return None
    return _percentiles(alphas_of(used, draws(len(used)), measure, across), level)


def ac1_interval(
    groups: Mapping[int, GroupCounts], measure: Measure, level: float
) -> Interval | None:
    """Return the percentile interval of AC1; None where `exact_ac1` is, or with one group."""
    if measure.level is not Level.NOMINAL:
        return None
    used = [(place, group) for place, group in sorted(groups.items()) if group.items]
    if sum(group.pairable_items() > 0 for _, group in used) < 2:
        return None
    return _percentiles(ac1s_of(used, draws(len(used)), measure), level)


def alphas_of(used: Groups, weights: Floats, measure: Measure, across: Across | None) -> Floats:
    """Return alpha for each row of weights, (rows, groups): how often each group is there.

    Rows in which nothing varies have no alpha and are left out. `across` is None for labels that
    are counted by name.
    """
    sizes = weights @ np.array([labels_in_pairs(group) for _, group in used], dtype=float)
    if across is not None:
        observed, expected = _sampled(used, weights, across, sizes)
    elif measure.keeps_sums:
        observed, expected = _summed(used, weights, sizes)
    elif measure.level is Level.ORDINAL:
        observed, expected = _ordinal(used, weights, measure)
    else:
        observed, expected = _counted(used, weights, measure)
    varies = expected > _NEVER
    return np.asarray(1.0 - observed[varies] * (sizes[varies] - 1.0) / expected[varies])


def ac1s_of(used: Groups, weights: Floats, measure: Measure) -> Floats:
    """Return AC1 for each row of weights that has an item with two labels; see `exact_ac1`."""
    names = sorted({name for _, group in used for _, name in group.labels})
    categories = len(measure.known_names | set(names))
    columns = {name: at for at, name in enumerate(names)}
    shares = np.zeros((len(used), len(names)))
    differ, pairable, judged = (np.zeros(len(used)) for _ in range(3))
    for at, (_, group) in enumerate(used):
        judged[at] = group.items.total()
        pairable[at] = group.pairable_items()
        for (size, name), count in sorted(group.labels.items()):
            shares[at, columns[name]] += count / size
        for size, units in sorted(group.apart.items()):
            differ[at] += 2 * units / (size * (size - 1)) / UNIT
    drawn = weights @ pairable
    kept = drawn > 0
    if categories < 2:
        return np.zeros(0)
    share = (weights @ shares)[kept] / (weights @ judged)[kept, None]
    chance = (share * (1.0 - share)).sum(axis=1) / (categories - 1)
    agreed = 1.0 - (weights @ differ)[kept] / drawn[kept]
    return np.asarray((agreed - chance) / (1.0 - chance))


def _percentiles(values: Floats, level: float) -> Interval | None:
    if not len(values):
        return None
    tail = (1.0 - level) / 2.0
    low, high = np.quantile(values, (tail, 1.0 - tail))
    return round(float(low), DIGITS), round(float(high), DIGITS)


def _totals(used: Groups, names: Sequence[str]) -> Floats:
    """(groups, K): how often each name was given to items with two labels or more."""
    columns = {name: at for at, name in enumerate(names)}
    totals = np.zeros((len(used), len(names)))
    for at, (_, group) in enumerate(used):
        for name, count in totals_in_pairs(group).items():
            totals[at, columns[name]] = count
    return totals


def _names(used: Groups) -> list[str]:
    return sorted({name for _, group in used for size, name in group.labels if size > 1})


def _counted(used: Groups, weights: Floats, measure: Measure) -> tuple[Floats, Floats]:
    """Return n D_o and n (n - 1) D_e of each round, (ROUNDS,) both: nominal labels and sets."""
    names = _names(used)
    difference = own_difference(measure)
    totals = weights @ _totals(used, names)
    if measure.level is Level.NOMINAL:
        size = totals.sum(axis=1)
        expected = size * size - (totals * totals).sum(axis=1)
    else:
        apart = np.array([[float(difference(a, b)) for b in names] for a in names])
        expected = ((totals @ apart) * totals).sum(axis=1)
    within = [float(apart_within(group, measure, difference)) for _, group in used]
    return weights @ np.array(within), expected


def _ordinal(used: Groups, weights: Floats, measure: Measure) -> tuple[Floats, Floats]:
    """The same for ordinal labels, whose ranks are those of each round."""
    names = sorted(_names(used), key=measure.label)  # type: ignore[arg-type]
    columns = {name: at for at, name in enumerate(names)}
    cells: dict[tuple[int, int], int] = {}
    for _, group in used:
        for _, one, other in group.pairs:
            cells.setdefault((columns[one], columns[other]), len(cells))
    pairs = np.zeros((len(used), len(cells)))
    for at, (_, group) in enumerate(used):
        for (size, one, other), count in sorted(group.pairs.items()):
            pairs[at, cells[columns[one], columns[other]]] += 2 * count / (size - 1)
    ends = np.array(list(cells), dtype=np.int64).reshape(-1, 2)
    totals = weights @ _totals(used, names)
    ranks = np.cumsum(totals, axis=1) - totals / 2.0
    observed = np.concatenate(
        [
            (
                (ranks[start:stop, ends[:, 0]] - ranks[start:stop, ends[:, 1]]) ** 2
                * (weights[start:stop] @ pairs)
            ).sum(axis=1)
            for start, stop in pairwise([*range(0, len(weights), _CHUNK), len(weights)])
        ]
    )
    size = totals.sum(axis=1)
    mean = (totals * ranks).sum(axis=1) / size
    spread = (totals * (ranks - mean[:, None]) ** 2).sum(axis=1)
    varies = totals.max(axis=1) < size
    return observed, np.where(varies, 2.0 * size * spread, 0.0)


def _summed(used: Groups, weights: Floats, sizes: Floats) -> tuple[Floats, Floats]:
    """The same for numbers, measured from the mean of all: so little is lost to rounding."""
    sums = [sums_in_pairs(group) for _, group in used]
    counts = [labels_in_pairs(group) for _, group in used]
    mean = sum((it.total for it in sums), Fraction(0)) / max(sum(counts), 1)
    totals = [float(it.total - n * mean) for it, n in zip(sums, counts, strict=True)]
    squares = [
        float(it.squares - 2 * mean * it.total + n * mean**2)
        for it, n in zip(sums, counts, strict=True)
    ]
    within = np.array([float(it.within) for it in sums])
    expected = 2.0 * (sizes * (weights @ np.array(squares)) - (weights @ np.array(totals)) ** 2)
    return weights @ within, expected


def _sampled(
    used: Groups, weights: Floats, across: Across, sizes: Floats
) -> tuple[Floats, Floats]:
    """The same for labels that are not counted: within items summed, across items sampled."""
    places = [place for place, _ in used]
    observed, within, paired = (np.zeros(len(used)) for _ in range(3))
    for at, (_, group) in enumerate(used):
        for size, units in sorted(group.apart.items()):
            observed[at] += 2 * units / (size - 1) / UNIT
            within[at] += 2 * units / UNIT
        paired[at] = sum(size * (size - 1) * count for size, count in group.items.items())
    everywhere = np.zeros((len(weights), GROUPS))
    everywhere[:, places] = weights
    others = sizes * (sizes - 1.0) - weights @ paired
    return weights @ observed, weights @ within + others * across.mean(everywhere)
