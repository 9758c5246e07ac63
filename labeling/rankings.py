"""Whole orders of objects by several workers: one order of all, best first."""

from collections.abc import Sequence
from itertools import chain, combinations, product
from typing import NamedTuple

import numpy as np

from labeling.ballots import Floats, Integers
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
    behind: Sequence[Order] | None = None,
    steps: int = STEPS,
) -> Floats:
    """Return the strengths (objects,) of greatest likelihood, in logarithms with mean 0.

    An order is a row of choices: the best of all in it, then of those left (Luce 1959; Plackett
    1975). The MM algorithm of Hunter (2004), section 5: g_i = W_i / sum over the choices that i
    stood in of 1 / (the summed strength of those who stood in it). `weights` counts each order so
    many times. `behind` names, by order, the objects that were left behind all that are in it.
    O(steps) times the length of all orders; who is ahead of whom is settled long before how far.
    """
    strength = np.ones(object_count)
    if not object_count:
        return strength
    stacks = _stacks(orders, weights, behind)
    wins = np.full(object_count, prior)
    for stack in stacks:
        chosen = stack.objects[:, : stack.choices]
        wins += np.bincount(chosen.ravel(), np.repeat(stack.amounts, stack.choices), object_count)
    for _ in range(steps):
        due = 2.0 * prior / (strength + 1.0)
        for stack in stacks:
            left = strength[stack.objects][:, ::-1].cumsum(axis=1)[:, ::-1]
            share = (stack.amounts[:, None] / left[:, : stack.choices]).cumsum(axis=1)
            # Who was never chosen stood in every choice, as the last who was.
            share = share[:, stack.last_choice]
            due += np.bincount(stack.objects.ravel(), share.ravel(), object_count)
        after = np.maximum(np.where(due > 0.0, wins / np.maximum(due, 1e-300), strength), 1e-12)
        moved = np.abs(np.log(after / strength)).max()
        strength = after
        if moved < CLOSE_ENOUGH:
            break
    logs = np.log(strength)
    return np.asarray(logs - logs.mean())


class _Stack(NamedTuple):
    """Orders of one shape, counted together."""

    objects: Integers
    """(orders, objects): those in the order, the best first, and then those behind."""
    amounts: Floats
    """(orders,)"""
    choices: int
    """How many of a row were chosen, one after another."""

    @property
    def last_choice(self) -> Integers:
        """(objects,): the last choice that the object at this place stood in."""
        return np.minimum(np.arange(self.objects.shape[1]), self.choices - 1)


def _stacks(
    orders: Sequence[Order],
    weights: Sequence[float] | None,
    behind: Sequence[Order] | None,
) -> list[_Stack]:
    """Return the orders by their shape; those without any choice are left out."""
    amounts = [1.0] * len(orders) if weights is None else weights
    rest: Sequence[Order] = [()] * len(orders) if behind is None else behind
    rows: dict[tuple[int, int], list[tuple[list[int], float]]] = {}
    for order, left, amount in zip(orders, rest, amounts, strict=True):
        objects = [*order, *left]
        choices = min(len(order), len(objects) - 1)
        if choices > 0:
            rows.setdefault((len(objects), choices), []).append((objects, amount))
    return [
        _Stack(
            np.array([objects for objects, _ in found], dtype=np.int64),
            np.array([amount for _, amount in found], dtype=np.float64),
            choices,
        )
        for (_, choices), found in rows.items()
    ]


def aggregate_orders(
    orders: Sequence[tuple[int, Order]],
    object_count: int,
    worker_count: int,
    *,
    behind: Sequence[Order] | None = None,
) -> Strengths:
    """Return the strengths of the objects and the reliability of the workers, from (worker,
    order).

    The reliability is that of all pairs an order implies (`crowd_bradley_terry`); an order then
    counts 2 h - 1 times in `plackett_luce`, and not at all when the worker is no better than
    chance. `behind` as there.
    """
    rest: Sequence[Order] = [()] * len(orders) if behind is None else behind
    pairs = [
        (worker, better, worse)
        for (worker, order), left in zip(orders, rest, strict=True)
        for better, worse in chain(combinations(order, 2), product(order, left))
    ]
    comparisons = Comparisons.of(pairs, object_count, worker_count)
    reliability = crowd_bradley_terry(comparisons).reliability
    weights = [max(2.0 * float(reliability[worker]) - 1.0, 0.0) for worker, _ in orders]
    strength = plackett_luce([order for _, order in orders], object_count, weights, behind=behind)
    return Strengths(strength=strength, reliability=reliability)
