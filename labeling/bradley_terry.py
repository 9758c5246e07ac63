"""Objects compared in pairs: how strong each is, and which workers judge truly.

The single item's outcome is a poll (`label_types.pairwise`); this is for projects where the
compared things have ids that come back in other pairs.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from labeling.ballots import Floats, Integers

PRIOR_GAMES = 0.1
"""Every object is taken to have won and lost so many comparisons with an average one, so that one
that always won has a finite strength (Caron & Doucet 2012, "Efficient Bayesian inference for
generalized Bradley-Terry models")."""
TRUE_VOTES, FALSE_VOTES = 8.0, 2.0
"""Every worker is taken to have judged so often truly, and so often the wrong way round."""
SWEEPS = 50
STEPS, STEPS_A_SWEEP = 1000, 20
CLOSE_ENOUGH = 1e-10
"""The fixed point is reached when no strength moves by more, in logarithms."""


@dataclass(frozen=True, kw_only=True)
class Comparisons:
    """V comparisons of `object_count` objects by `worker_count` workers, in three columns (V,)."""

    better: Integers
    worse: Integers
    workers: Integers
    object_count: int
    worker_count: int

    @classmethod
    def of(
        cls, votes: Iterable[tuple[int, int, int]], object_count: int, worker_count: int
    ) -> "Comparisons":
        """From (worker, better, worse) triples. A tie may be given as one vote each way.

        Raises ValueError for a position outside, and for an object compared with itself.
        """
        columns = np.array(list(votes), dtype=np.int64).reshape(-1, 3)
        workers, better, worse = columns.T
        limits = np.array([worker_count, object_count, object_count])
        if (columns < 0).any() or (columns >= limits).any() or (better == worse).any():
            raise ValueError("a comparison lies outside, or is of an object with itself")
        return cls(
            better=better,
            worse=worse,
            workers=workers,
            object_count=object_count,
            worker_count=worker_count,
        )


@dataclass(frozen=True, kw_only=True)
class Strengths:
    """What the comparisons say."""

    strength: Floats
    """(objects,): logarithms with mean 0; a beats b with probability sigma(s_a - s_b)."""
    reliability: Floats
    """(workers,): how likely a judgment is not the wrong way round; 0.5 is chance."""


def chance(strength: Floats, one: Integers, other: Integers) -> Floats:
    """Return the probability that `one` is better than `other`. Bradley & Terry 1952."""
    return np.asarray(1.0 / (1.0 + np.exp(strength[other] - strength[one])))


def bradley_terry(
    comparisons: Comparisons,
    weights: Floats | None = None,
    *,
    prior: float = PRIOR_GAMES,
    start: Floats | None = None,
    steps: int = STEPS,
) -> Floats:
    """Return the strengths (objects,) of greatest likelihood, in logarithms with mean 0.

    The MM algorithm of Hunter (2004), "MM algorithms for generalized Bradley-Terry models", eq. 3:

        g_i = W_i / sum over j of N_ij / (g_i + g_j)

    W_i wins of i, N_ij comparisons of i and j, weighted by `weights` (V,). `prior` games are
    added, won and lost, against an object of strength 1; with 0 the maximum may not exist.
    """
    size = comparisons.object_count
    strength = np.ones(size) if start is None else np.exp(start)
    if not size:
        return strength
    amount = np.ones(len(comparisons.better)) if weights is None else weights
    wins = np.bincount(comparisons.better, amount, size) + prior
    low = np.minimum(comparisons.better, comparisons.worse)
    keys, pair = np.unique(
        low * size + comparisons.better + comparisons.worse - low, return_inverse=True
    )
    one, other, games = keys // size, keys % size, np.bincount(pair, amount, len(keys))
    for _ in range(steps):
        share = games / (strength[one] + strength[other])
        due = 2.0 * prior / (strength + 1.0)
        due += np.bincount(one, share, size) + np.bincount(other, share, size)
        after = np.where(due > 0.0, wins / np.maximum(due, 1e-300), strength)
        after = np.maximum(after, 1e-12)
        if not prior:
            after /= np.exp(np.log(after).mean())
        moved = np.abs(np.log(after / strength)).max()
        strength = after
        if moved < CLOSE_ENOUGH:
            break
    logs = np.log(strength)
    return np.asarray(logs - logs.mean())


def crowd_bradley_terry(comparisons: Comparisons) -> Strengths:
    """Fit objects and workers together, by EM.

    Worker j says that a beats b with probability h_j p_ab + (1 - h_j) p_ba (Chen et al. 2013,
    "Pairwise ranking aggregation in a crowdsourced setting", eq. 3). Whether a vote is the right
    way round is hidden: r = h p / (h p + (1 - h)(1 - p)) in the E-step; the M-step counts the vote
    r times as said and 1 - r times the other way round in `bradley_terry`, and h_j = mean of r
    with the prior Beta(TRUE_VOTES, FALSE_VOTES). The prior also says which way round is up.
    """
    better, worse, workers = comparisons.better, comparisons.worse, comparisons.workers
    both = Comparisons(
        better=np.concatenate([better, worse]),
        worse=np.concatenate([worse, better]),
        workers=np.concatenate([workers, workers]),
        object_count=comparisons.object_count,
        worker_count=comparisons.worker_count,
    )
    spoken = np.bincount(workers, minlength=comparisons.worker_count)
    guess = TRUE_VOTES / (TRUE_VOTES + FALSE_VOTES)
    reliability = np.full(comparisons.worker_count, guess)
    strength = bradley_terry(comparisons, steps=STEPS_A_SWEEP)
    for _ in range(SWEEPS):
        told = reliability[workers] * chance(strength, better, worse)
        turned = (1.0 - reliability[workers]) * chance(strength, worse, better)
        right = told / (told + turned)
        reliability = np.bincount(workers, right, comparisons.worker_count) + TRUE_VOTES
        reliability /= spoken + TRUE_VOTES + FALSE_VOTES
        before = strength
        strength = bradley_terry(
            both, np.concatenate([right, 1.0 - right]), start=before, steps=STEPS_A_SWEEP
        )
        if np.abs(strength - before).max(initial=0.0) < 1e-6:
            break
    return Strengths(strength=strength, reliability=reliability)
