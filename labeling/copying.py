"""Whether two workers share more mistakes than workers who do not look at each other would.

Right answers are shared by all who are good; a wrong one is shared by chance, because the item is
hard, or because one of the two was copied (the idea of Wesolowsky 2000, "Detecting excessive
similarity in answers on multiple choice exams"; Dong, Berti-Equille & Srivastava 2009,
"Integrating conflicting data: the role of source dependence"). Nothing follows from it by itself.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from labeling.aggregation import softmax
from labeling.skill import beta_cumulative
from labeling.standing import Standing

RISK = 0.01
"""With this probability at most an honest crowd has any pair that is flagged."""
FEWEST_MISTAKES = 5
FEWEST_OTHERS = 2
"""So many others must have judged an item before anything is called a mistake in it."""
CLEARLY = 2.0
"""The others must hold another class so many times more probable: where they are divided, who is
wrong is not known, and good workers who agree there would be accused."""
MOST_WORKERS = 30
"""Of one item; with more, the first of them stand for all. So an item costs at most 900 pairs."""


class Alike(NamedTuple):
    """How often `other` gave the very wrong answers of `one`."""

    one: int
    other: int
    mistakes: int
    """Of `one`, on items that both judged."""
    shared: int
    expected: float
    """So many of them would be shared by chance, 0 .. mistakes."""
    probability: float
    """Of sharing as many or more by chance, at most."""


def find_alike(items: Iterable[Sequence[tuple[int, int]]], known: Standing) -> list[Alike]:
    """Return the pairs who share too many mistakes, the least probable first.

    `items` are the votes of each item, (worker, place of the class in `known.classes`), one a
    worker. A mistake of a is an answer l beside which the others (neither a nor b) hold another
    class CLEARLY more probable. If workers answer independently given the truth (Dawid & Skene
    1979), b says l as well with

        p_i = sum_k q_i(k) pi_a,k,l pi_b,k,l / sum_k q_i(k) pi_a,k,l,   q_i from the others alone,

    so that a consensus that errs accuses nobody. Items that are hard for all are no sign either:
    p_i is not less than the share of the others who said l. The number shared is a sum of unequal
    coins; above its mean plus 1 its tail is at most that of the binomial with the mean p
    (Hoeffding 1956, "On the distribution of the number of successes in independent trials",
    theorem 4). Flagged is a tail of at most RISK / (tests made), by Bonferroni. O(sum of the
    pairs an item).
    """
    tallies: dict[tuple[int, int], list[float]] = {}
    for votes in items:
        _count_mistakes(votes[:MOST_WORKERS], known, tallies)
    tested = {pair: t for pair, t in tallies.items() if t[0] >= FEWEST_MISTAKES}
    found = [
        Alike(one, other, int(n), int(k), expected, tail_bound(int(k), int(n), expected / n))
        for (one, other), (n, k, expected) in tested.items()
    ]
    flagged = [pair for pair in found if pair.probability * len(tested) <= RISK]
    return sorted(flagged, key=lambda pair: (pair.probability, pair.one, pair.other))


def tail_bound(successes: int, trials: int, mean: float) -> float:
    """Return the most that P(at least `successes`) can be of independent coins of mean `mean`.

    1 up to trials * mean + 1, where the bound says nothing; above, P(Bin(n, p) >= k) =
    I_p(k, n - k + 1), the regularised incomplete beta function (Abramowitz & Stegun 26.5.24).
    """
    if successes < trials * mean + 1.0 or mean >= 1.0:
        return 1.0
    if successes == trials:
        return float(mean**trials)
    return float(beta_cumulative(mean, successes, trials - successes + 1))


def _count_mistakes(
    votes: Sequence[tuple[int, int]], known: Standing, tallies: dict[tuple[int, int], list[float]]
) -> None:
    """Add, for each pair (a, b) in which a erred: one mistake, whether b shares it, and p_i."""
    if len(votes) < FEWEST_OTHERS + 2 or len({said for _, said in votes}) == 1:
        return
    rows = np.array([known.log_row(worker, said) for worker, said in votes])
    everybody = np.log(known.crowd.class_prior) + rows.sum(axis=0)
    labels = np.array([said for _, said in votes])
    for a, (one, said) in enumerate(votes):
        posterior = softmax(everybody - rows[a] - rows)  # a row for each b
        has_erred = posterior.max(axis=1) > CLEARLY * posterior[:, said]
        has_erred[a] = False
        if not has_erred.any():
            continue
        weights = posterior * np.exp(rows[a])
        says = np.exp([known.log_row(other, said) for other, _ in votes])
        same = (weights * says).sum(axis=1) / weights.sum(axis=1)
        is_shared = labels == said
        hard = (is_shared.sum() - 1 - is_shared) / (len(votes) - 2)
        chance = np.minimum(np.maximum(same, hard), 1.0)
        for b in np.flatnonzero(has_erred).tolist():
            tally = tallies.setdefault((one, votes[b][0]), [0, 0, 0.0])
            tally[0] += 1
            tally[1] += int(is_shared[b])
            tally[2] += float(chance[b])
