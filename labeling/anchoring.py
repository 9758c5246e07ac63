"""What it does to people to be shown a model's answer: how often they follow it when it is wrong,
and how much time it saves. Shares and medians of two arms that chance has made.
"""

import math
from collections.abc import Sequence
from statistics import NormalDist, median
from typing import NamedTuple

Z = 1.959964
SMALLEST_EFFECT = 0.10
"""An effect of so many points is worth being found."""
USUAL_SHARE = 0.15
"""How often people make a wrong model's very mistake by themselves, until something is known."""
FEWEST_TIMES = 5
"""With fewer in an arm, a median has no interval."""


class Difference(NamedTuple):
    """A difference of two arms, with 95 % from `low` to `high`."""

    value: float
    low: float
    high: float


class Arm(NamedTuple):
    """Judgments of items on which the model was wrong: how many, and how many said the same."""

    wrong: int
    same: int

    @property
    def share(self) -> float:
        """Of those that said the same; 0 where there is none."""
        return self.same / self.wrong if self.wrong else 0.0


def anchoring_effect(shown: Arm, blind: Arm) -> Difference | None:
    """By how much more often people repeat a wrong model that they were shown; None without both.

    P(human = machine | machine wrong, shown) - P(the same | blind). The interval is that of two
    independent shares (Newcombe 1998, "Interval estimation for the difference between independent
    proportions", method 10).
    """
    if not shown.wrong or not blind.wrong:
        return None
    low_a, high_a = wilson(shown.same, shown.wrong)
    low_b, high_b = wilson(blind.same, blind.wrong)
    a, b = shown.share, blind.share
    return Difference(
        value=a - b,
        low=a - b - math.hypot(a - low_a, high_b - b),
        high=a - b + math.hypot(high_a - a, b - low_b),
    )


def sample_needed(shown: Arm, blind: Arm, effect: float = SMALLEST_EFFECT) -> int:
    """So many judgments of wrong predictions each arm needs to find an effect, at a power of 80 %
    and an error of 5 %: 16 p (1 - p) / effect^2.

    Lehr 1992, "Sixteen s-squared over d-squared".
    """
    wrong = shown.wrong + blind.wrong
    share = USUAL_SHARE
    if wrong:
        # A share that was seen to be 0 or 1 in a few would ask for no more.
        least = 1.0 / (wrong + 2)
        share = min(max((shown.same + blind.same) / wrong, least), 1.0 - least)
    return math.ceil(16.0 * share * (1.0 - share) / effect**2)


def wilson(found: int, of: int) -> tuple[float, float]:
    """95 % of a share (Wilson 1927, "Probable inference, the law of succession")."""
    share, spread = found / of, Z**2 / of
    middle = share + spread / 2
    half = math.sqrt(share * (1 - share) * spread + spread**2 / 4)
    return max((middle - half) / (1 + spread), 0.0), min((middle + half) / (1 + spread), 1.0)


def median_difference(shown: Sequence[float], blind: Sequence[float]) -> Difference | None:
    """By how many seconds the median of the shown arm is shorter; None with few in either.

    The interval by the variance of each median from its order statistics (Price & Bonett 2001,
    "Estimating the variance of the sample median").
    """
    if min(len(shown), len(blind)) < FEWEST_TIMES:
        return None
    value = median(blind) - median(shown)
    half = Z * math.sqrt(_variance(shown) + _variance(blind))
    return Difference(value, value - half, value + half)


def _variance(times: Sequence[float]) -> float:
    """Of the median of a sample of at least FEWEST_TIMES."""
    ordered, number = sorted(times), len(times)
    below = max(round((number + 1) / 2 - math.sqrt(number)), 1)
    # The chance that the median lies outside of the two order statistics gives the z they span.
    tail = sum(math.comb(number, k) for k in range(below)) / 2**number
    z = NormalDist().inv_cdf(1.0 - tail)
    return ((ordered[number - below] - ordered[below - 1]) / (2.0 * z)) ** 2
