"""Whether what a model meets in production is still what it has learnt from.

Two comparisons of a sample of production with a sample of the lessons: of the labels, and of the
vectors of the texts. Each has to be significant and large: among many items everything is
significant, and a check that is made again and again is wrong now and then. The items of a sample
are taken to be independent of each other.
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

RISK = 0.001
"""Of calling no drift a drift, a check."""
FEWEST = 50
"""In either sample; with fewer nothing is said."""
LARGE_INDEX = 0.2
"""Of the population stability index; Siddiqi calls less than 0.1 no change and more than 0.25 a
major one."""
LARGE_SHIFT = 0.5
"""In standard deviations: what Cohen calls a medium effect."""

Vectors = NDArray[np.float32]


class LabelDrift(NamedTuple):
    """The shares of labels, before and now."""

    before: int
    now: int
    g: float
    p: float
    stability: float
    risen: list[str]
    """The labels that are said more often than they were learnt, the largest rise first."""
    is_drifting: bool


class VectorDrift(NamedTuple):
    """The means of vectors, before and now."""

    before: int
    now: int
    distance: float
    """Between the means; vectors have unit length, so it is at most 2."""
    shift: float
    """Along the line between the means, in standard deviations."""
    z: float
    p: float
    is_drifting: bool


def label_drift(before: Mapping[str, int], now: Mapping[str, int]) -> LabelDrift | None:
    """Compare counts of labels; None where either sample is too small.

    G is the likelihood ratio of the 2 x k table, 2 sum(O ln(O / E)), against chi-squared with
    k - 1 degrees of freedom (Sokal and Rohlf, Biometry, 3rd ed., section 17.4). The population
    stability index is sum((q - p) ln(q / p)), half a count added to each label (Siddiqi, Credit
    Risk Scorecards, 2006).
    """
    labels = sorted(before.keys() | now.keys())
    old = np.array([before.get(label, 0) for label in labels], dtype=np.float64)
    new = np.array([now.get(label, 0) for label in labels], dtype=np.float64)
    if min(old.sum(), new.sum()) < FEWEST:
        return None
    table = np.stack([old, new])
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    seen = table > 0
    g = max(2.0 * float(np.sum(table[seen] * np.log(table[seen] / expected[seen]))), 0.0)
    p = chi_squared_tail(g, int(np.count_nonzero(table.sum(axis=0))) - 1)
    was, is_now = ((part + 0.5) / (part + 0.5).sum() for part in (old, new))
    stability = float(np.sum((is_now - was) * np.log(is_now / was)))
    rises = sorted(zip((was - is_now).tolist(), labels, strict=True))
    return LabelDrift(
        before=int(old.sum()),
        now=int(new.sum()),
        g=g,
        p=p,
        stability=stability,
        risen=[label for rise, label in rises if rise < 0],
        is_drifting=p < RISK and stability >= LARGE_INDEX,
    )


def vector_drift(before: Vectors, now: Vectors) -> VectorDrift | None:
    """Compare unit vectors, (items, dimensions) each; None where either sample is too small.

    The cross statistic of Shekhar, Kim and Ramdas (A permutation-free kernel two-sample test,
    NeurIPS 2022) with the linear kernel: one half of the samples says in which direction the
    means differ, the other half is projected on it and compared by its studentised difference,
    which is standard normal where there is no drift. So no permutations are needed.
    """
    if min(len(before), len(now)) < FEWEST:
        return None
    direction = now[1::2].mean(axis=0) - before[1::2].mean(axis=0)
    old, new = (np.asarray(part[::2] @ direction, dtype=np.float64) for part in (before, now))
    apart = float(new.mean() - old.mean())
    error = math.sqrt(new.var(ddof=1) / len(new) + old.var(ddof=1) / len(old))
    spread = math.sqrt((new.var(ddof=1) + old.var(ddof=1)) / 2)
    z = apart / error if error > 0 else 0.0
    shift = apart / spread if spread > 0 else 0.0
    p = math.erfc(z / math.sqrt(2)) / 2
    return VectorDrift(
        before=len(before),
        now=len(now),
        distance=float(np.linalg.norm(now.mean(axis=0) - before.mean(axis=0))),
        shift=shift,
        z=z,
        p=p,
        is_drifting=p < RISK and shift >= LARGE_SHIFT,
    )


def farthest_along(before: Vectors, now: Vectors) -> list[int]:
    """The places of the vectors of `now`, those that lie farthest from what was before first."""
    direction = now.mean(axis=0) - before.mean(axis=0)
    order: list[int] = np.argsort(-(now @ direction), kind="stable").tolist()
    return order


def chi_squared_tail(value: float, freedom: int) -> float:
    """Return P(X > value) for chi-squared with so many degrees of freedom; 1 for none.

    By Q(a + 1, x) = Q(a, x) + x^a e^-x / Gamma(a + 1) from Q(1/2, x) = erfc(sqrt(x)) or
    Q(1, x) = e^-x, with x = value / 2 (Abramowitz and Stegun, 6.5.22 and 26.4.4).
    """
    if freedom < 1 or value <= 0:
        return 1.0
    x = value / 2
    a = 0.5 if freedom % 2 else 1.0
    tail = math.erfc(math.sqrt(x)) if freedom % 2 else math.exp(-x)
    while a < freedom / 2:
        tail += math.exp(a * math.log(x) - x - math.lgamma(a + 1))
        a += 1
    return min(tail, 1.0)
