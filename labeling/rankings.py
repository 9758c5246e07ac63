"""Whole orders of objects by several workers: one order of all, best first."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from labeling.ballots import Floats
from labeling.bradley_terry import Comparisons, Strengths, crowd_bradley_terry

PRIOR_GAMES = 0.1
"""Every object is taken to have won and lost so many choices against one of strength 1."""
STEPS = 500
CLOSE_ENOUGH = 1e-9
Order = Sequence[int]
"""Objects, the best first; an order may leave objects out."""


def plackett_luce(
    orders: Sequence[Order],
    object_count: int,
    weights: Sequence[float] | None = None,
    *,
    prior: float = PRIOR_GAMES,
) -> Floats:
    """Return the strengths (objects,) of greatest likelihood, in logarithms with mean 0.

    An order is a row of choices: the best of all in it, then of those left (Luce 1959; Plackett
    1975). The MM algorithm of Hunter (2004), section 5: g_i = W_i / sum over the choices that i
    stood in of 1 / (the summed strength of those who stood in it). `weights` counts each order so
    many times.
    """
    strength = np.ones(object_count)
    if not object_count:
        return strength
    amounts = [1.0] * len(orders) if weights is None else weights
    rows = [
        (np.array(order, dtype=np.int64), amount)
        for order, amount in zip(orders, amounts, strict=True)
        if len(order) > 1
    ]
    wins = np.full(object_count, prior)
    for order, amount in rows:
        wins[order[:-1]] += amount
    for _ in range(STEPS):
        due = 2.0 * prior / (strength + 1.0)
        for order, amount in rows:
            left = strength[order][::-1].cumsum()[::-1]
            share = (amount / left[:-1]).cumsum()
            due[order] += np.append(share, share[-1])  # the last two stand in the same choices
        after = np.maximum(np.where(due > 0.0, wins / np.maximum(due, 1e-300), strength), 1e-12)
        moved = np.abs(np.log(after / strength)).max()
        strength = after
        if moved < CLOSE_ENOUGH:
            break
    logs = np.log(strength)
    return np.asarray(logs - logs.mean())


def aggregate_orders(
    orders: Sequence[tuple[int, Order]], object_count: int, worker_count: int
) -> Strengths:
    """Return the strengths of the objects and the reliability of the workers, from (worker,
    order).

    The reliability is that of all pairs an order implies (`crowd_bradley_terry`); an order then
    counts 2 h - 1 times in `plackett_luce`, and not at all when the worker is no better than
    chance.
    """
    pairs = [
        (worker, better, worse)
        for worker, order in orders
        for better, worse in combinations(order, 2)
    ]
    comparisons = Comparisons.of(pairs, object_count, worker_count)
    reliability = crowd_bradley_terry(comparisons).reliability
    weights = [max(2.0 * float(reliability[worker]) - 1.0, 0.0) for worker, _ in orders]
    strength = plackett_luce([order for _, order in orders], object_count, weights)
    return Strengths(strength=strength, reliability=reliability)
