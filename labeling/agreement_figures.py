"""Agreement read from counters, in exact fractions.

Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability. Univ. of Pennsylvania.
Gwet, K. L. (2008). Computing inter-rater reliability and its variance in the presence of high
agreement. British Journal of Mathematical and Statistical Psychology 61, 29-48.
Gwet, K. L. (2014). Handbook of Inter-Rater Reliability, 4th ed., chapters 2 to 5 (missing labels).
"""

from collections import Counter
from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import combinations
from typing import NamedTuple

from labeling.agreement_groups import SUMS, GroupCounts
from labeling.agreement_measure import UNIT, Measure
from labeling.agreement_sample import Across
from labeling.label_types.base import Level

Difference = Callable[[str, str], Fraction | int]
"""The distance of two different names."""


def labels_in_pairs(counts: GroupCounts) -> int:
    """Return n, the number of labels of items with two or more."""
    return sum(size * count for size, count in counts.items.items() if size > 1)


def totals_in_pairs(counts: GroupCounts) -> Counter[str]:
    """Return how often each name was given, to items with two labels or more."""
    totals: Counter[str] = Counter()
    for (size, name), count in counts.labels.items():
        if size > 1:
            totals[name] += count
    return totals


class NumberSums(NamedTuple):
    """Of numbers on items with two of them or more."""

    total: Fraction
    squares: Fraction
    within: Fraction
    """n D_o, of squared differences."""

    def anywhere(self, size: int) -> Fraction:
        """Return n (n - 1) D_e for n = `size`: sum of (x - y)^2 = 2 (n sum x^2 - (sum x)^2)."""
        return 2 * (size * self.squares - self.total**2)


def sums_in_pairs(counts: GroupCounts) -> NumberSums:
    """Return the sums of all numbers that share an item with another."""
    found = dict.fromkeys(SUMS, Fraction(0))
    for (size, name), amount in counts.sums.items():
        if size > 1:
            found[name] += Fraction(2 * amount, size - 1) if name == SUMS[-1] else amount
    return NumberSums(*found.values())


def ordinal_ranks(totals: Mapping[str, int], measure: Measure) -> dict[str, int]:
    """Return twice the mean rank of each value: labels below it, and half of those equal to it.

    The difference of two ranks, squared, is Krippendorff's ordinal metric (2011).
    """
    ranks: dict[str, int] = {}
    passed = 0
    for name in sorted(totals, key=measure.label):  # type: ignore[arg-type]
        ranks[name] = 2 * passed + totals[name]
        passed += totals[name]
    return ranks


def exact_observed(total: GroupCounts, measure: Measure) -> Fraction | None:
    """Return 1 - D_o by the label type's own distance, 0..1; None when no item has two labels."""
    size = labels_in_pairs(total)
    if not size:
        return None
    return 1 - apart_within(total, measure, own_difference(measure)) / size


def exact_alpha(
    total: GroupCounts, measure: Measure, across: Callable[[], Across]
) -> Fraction | None:
    """Return alpha = 1 - D_o / D_e (Krippendorff 2011); None when nothing varies.

    `across` is asked only where labels are not counted by name, and not all pairs share an item.
    """
    size = labels_in_pairs(total)
    if not size:
        return None
    if measure.keeps_sums:
        sums = sums_in_pairs(total)
        observed, expected = sums.within, sums.anywhere(size)
    elif measure.is_counted:
        totals = totals_in_pairs(total)
        difference = alpha_difference(totals, measure)
        expected = Fraction(_apart_among(totals, measure, difference))
        observed = apart_within(total, measure, difference)
    else:
        observed = apart_within(total, measure, own_difference(measure))
        among = _apart_anywhere(total, across)
        if among is None:
            return None
        expected = among
    return 1 - observed * (size - 1) / expected if expected else None


def exact_ac1(total: GroupCounts, measure: Measure) -> Fraction | None:
    """Return Gwet's AC1 (2008; with missing labels 2014), for nominal labels only.

        p_a = mean over items with m >= 2 of  sum_k c_k (c_k - 1) / (m (m - 1))
        pi_k = mean over all items of  c_k / m          p_e = sum_k pi_k (1 - pi_k) / (K - 1)
        AC1 = (p_a - p_e) / (1 - p_e)

    K counts the categories of the schema and those that were given all the same. None when there
    are fewer than two, or no item has two labels.
    """
    if measure.level is not Level.NOMINAL:
        return None
    shares: dict[str, Fraction] = {}
    judged = sum(count for size, count in total.items.items() if size)
    for (size, name), count in total.labels.items():
        shares[name] = shares.get(name, Fraction(0)) + Fraction(count, size * judged)
    categories = len(measure.known_names | shares.keys())
    pairable = total.pairable_items()
    if categories < 2 or not pairable:
        return None
    same = 1 - sum(
        (
            Fraction(2 * units, size * (size - 1) * pairable * UNIT)
            for size, units in total.apart.items()
        ),
        Fraction(0),
    )
    chance = sum((share * (1 - share) for share in shares.values()), Fraction(0))
    chance /= categories - 1
    return (same - chance) / (1 - chance)


def own_difference(measure: Measure) -> Difference:
    """Return the label type's distance by name."""
    if measure.level is Level.NOMINAL:
        return _one
    return measure.distance_of_names


def _one(_one: str, _other: str) -> int:
    return 1


def alpha_difference(totals: Mapping[str, int], measure: Measure) -> Difference:
    """Return the difference that alpha takes of counted labels."""
    if measure.level is not Level.ORDINAL:
        return own_difference(measure)
    ranks = ordinal_ranks(totals, measure)
    return lambda one, other: (ranks[one] - ranks[other]) ** 2


def apart_within(total: GroupCounts, measure: Measure, difference: Difference) -> Fraction:
    """Return n D_o = sum over items of 1 / (m - 1) times the distances of its ordered pairs."""
    if not measure.keeps_pairs:
        by_size = {size: Fraction(2 * units, UNIT) for size, units in total.apart.items()}
    else:
        by_size = {}
        for (size, one, other), count in total.pairs.items():
            apart = 2 * count * difference(one, other)
            by_size[size] = by_size.get(size, Fraction(0)) + apart
    return sum((apart / (size - 1) for size, apart in by_size.items()), Fraction(0))


def _apart_among(totals: Counter[str], measure: Measure, difference: Difference) -> Fraction | int:
    """Return n (n - 1) D_e: the distances of all ordered pairs of labels."""
    if measure.level is Level.NOMINAL:
        return totals.total() ** 2 - sum(count * count for count in totals.values())
    pairs = combinations(totals.items(), 2)
    return sum(2 * one * other * difference(a, b) for (a, one), (b, other) in pairs)


def _apart_anywhere(total: GroupCounts, across: Callable[[], Across]) -> Fraction | None:
    """Return n (n - 1) D_e where distances are sampled: within items exactly, across by the mean.

    None when there are two items to compare but no sample of them.
    """
    within = Fraction(2 * total.apart.total(), UNIT)
    others = pairs_across(total)
    if not others:
        return within
    sampled = across()
    pairs = int(sampled.pairs.sum())
    if not pairs:
        return None
    return within + others * Fraction(int(sampled.units.sum()), pairs * UNIT)


def pairs_across(total: GroupCounts) -> int:
    """Return how many ordered pairs of labels belong to two different items."""
    size = labels_in_pairs(total)
    within = sum(m * (m - 1) * count for m, count in total.items.items())
    return size * (size - 1) - within
