"""What a budget allows: how much a unit of cost must gain so that the money is just used.

A replay buys the best judgments of all items until the money is gone. A server decides item by
item and never comes back, so it has to know beforehand how good an offer must be. Every hurdle is
tried on the undecided items: from what is known now, with votes that the crowd's own confusion
makes up, item by item as `priced_routing` would. The cost falls as the hurdle rises, so the one
that costs what is left is found by halving; its reciprocal is the price of a wrong label by which
the budget is met.
"""

import hashlib
import math
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from labeling.aggregation import softmax
from labeling.ballots import Booleans, Floats, Integers
from labeling.gain import LEAST_INFORMATION, Market, rates_of
from labeling.prices import Prices
from labeling.standing import Standing
from labeling.votes import JSON
from labeling.voting import ROUNDING

LEAST_HURDLE = 1e-9
"""Where the money reaches for everything."""
SHARE_STEPS = 8
HAIR = 1e-6
"""The hurdle is found as exactly as this; rates that differ by less, relatively, are the same."""


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """What may be bought now."""

    hurdle: float
    """The accuracy that a unit of cost must gain; more than 0."""
    share: float = 0.0
    """Of what gains just that, how much can be paid; drawn by the item. While nobody is told apart
    many items stand at the same point."""
    is_spent: bool = False
    """Nothing may be bought, whatever it gains."""

    def hurdle_of(self, key: str, votes: int) -> float:
        """Return the hurdle for an item that has so many votes: a hair below it or above, by the
        item's key, so that a recount draws the same."""
        digest = hashlib.sha256(f"budget:{key}:{votes}".encode()).digest()
        is_drawn = int.from_bytes(digest[:8]) < self.share * 2.0**64
        return self.hurdle * (1.0 - HAIR if is_drawn else 1.0 + HAIR)

    def to_json(self) -> dict[str, JSON]:
        """Return the document that `from_json` reads."""
        return {"hurdle": self.hurdle, "share": self.share, "is_spent": self.is_spent}

    @classmethod
    def from_json(cls, document: Mapping[str, JSON]) -> "Allowance":
        """Return what `to_json` wrote; further keys are not read."""
        return cls(
            hurdle=document["hurdle"], share=document["share"], is_spent=document["is_spent"]
        )


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """How many votes an item gets at least and at most."""

    fewest: int
    most: int
    each: int = 1
    """So many items every item here stands for."""


@dataclass(kw_only=True)
class Backlog:
    """What is known of one question of n undecided items."""

    market: Market
    posterior: Floats
    """(n, K)"""
    spoken: Floats
    """(n, K): the summed information of the votes for each class."""
    weight: float
    """The information of a vote to come."""

    def dissent(self) -> Floats:
        """The share (n,) of what was said that speaks against the answer."""
        total = self.spoken.sum(axis=1)
        agreeing = np.take_along_axis(self.spoken, self.posterior.argmax(axis=1)[:, None], axis=1)[
            :, 0
        ]
        return np.asarray(np.where(total > 0.0, 1.0 - agreeing / np.maximum(total, 1e-12), 0.0))

    def hear(self, items: Booleans, dice: np.random.Generator) -> None:
        """Make up one more vote on these items (n,), as the crowd would give it.

        Draws are made for all items, so that an item hears the same whoever else is asked.
        """
        table = self.market.vote_table
        truth = _drawn(self.posterior, dice)
        said = _drawn(table[truth], dice)
        after = self.posterior * table[:, said].T
        after /= after.sum(axis=1, keepdims=True)
        self.posterior = np.where(items[:, None], after, self.posterior)
        self.spoken[items, said[items]] += self.weight


def backlog_of(
    standing: Standing,
    votes: Iterable[tuple[int, int, Hashable]],
    places: Mapping[int, int],
    *,
    size: int,
    prices: Prices,
) -> Backlog:
    """Return what the votes (item, worker, label) say of `size` items, at the places of some.

    Labels that are no class are left out.
    """
    logs = np.tile(np.log(standing.crowd.class_prior), (size, 1))
    spoken = np.zeros_like(logs)
    for item, worker, label in votes:
        if label in standing.class_at:
            place, said = places[item], standing.class_at[label]
            logs[place] += standing.log_row(worker, said)
            spoken[place, said] += standing.information_of(worker) + LEAST_INFORMATION
    return Backlog(
        market=standing.market(prices),
        posterior=softmax(logs),
        spoken=spoken,
        weight=standing.mean_information + LEAST_INFORMATION,
    )


def allowance_of(
    backlogs: Sequence[Backlog],
    votes: Integers,
    bounds: Bounds,
    *,
    money: float,
    prices: Prices,
    seed: int = 0,
) -> Allowance:
    """Return what `money` allows for items with so many votes (n,).

    Without backlogs (no question has classes) nothing can be compared: only whether the money is
    spent is said.
    """

    def cost(hurdle: float, share: float) -> float:
        dice = np.random.default_rng(seed)
        return _cost(backlogs, votes, bounds, prices, (hurdle, share), dice)

    is_known = bool(backlogs) and len(votes) > 0
    return allowance_by(cost if is_known else None, money=money, each=bounds.each, prices=prices)


def allowance_by(
    cost: Callable[[float, float], float] | None, *, money: float, each: float, prices: Prices
) -> Allowance:
    """Return the hurdle, and the share of what stands at it, that `money` allows.

    `cost` tells what the rest costs at a hurdle with a share; it stands for `each` times as much
    and falls as the hurdle rises. None: nobody can say, so that there is none until the money is
    spent.
    """
    highest = 1.0 / prices.crowd
    if money + ROUNDING < prices.crowd:
        return Allowance(hurdle=highest, is_spent=True)

    def is_paid(hurdle: float, share: float = 0.0) -> bool:
        return cost is None or cost(hurdle, share) <= money / each

    if is_paid(LEAST_HURDLE):
        return Allowance(hurdle=LEAST_HURDLE)
    if not is_paid(highest):
        return Allowance(hurdle=highest)
    low, high = LEAST_HURDLE, highest
    while high > low * (1.0 + HAIR / 2.0):
        middle = math.sqrt(low * high)
        low, high = (low, middle) if is_paid(middle) else (middle, high)
    # Without a share both were tried a hair above themselves.
    hurdle, share = math.sqrt(low * high) * (1.0 + HAIR), 0.0
    for step in range(1, SHARE_STEPS + 1):
        more = share + 0.5**step
        share = more if is_paid(hurdle, more) else share
    return Allowance(hurdle=hurdle, share=share)


def _cost(
    backlogs: Sequence[Backlog],
    votes: Integers,
    bounds: Bounds,
    prices: Prices,
    limit: tuple[float, float],
    dice: np.random.Generator,
) -> float:
    """Return what the items cost until all are settled or with an expert. `limit`: hurdle and
    share."""
    hurdle, share = limit
    known = [replace(one, spoken=one.spoken.copy()) for one in backlogs]
    given, is_done, spent = votes.copy(), np.zeros(len(votes), dtype=bool), 0.0
    while True:
        crowd, expert = _rates(known, given, bounds.most)
        least = hurdle * np.where(dice.random(len(votes)) < share, 1.0 - HAIR, 1.0 + HAIR)
        gains = (given < bounds.most) & (crowd > np.maximum(least, expert))
        asks = ~is_done & ((given < bounds.fewest) | gains)
        spent += float(asks.sum()) * prices.crowd
        spent += float((~is_done & ~asks & (expert > least)).sum()) * (prices.expert or 0.0)
        is_done |= ~asks
        if not asks.any():
            return spent
        given[asks] += 1
        for backlog in known:
            backlog.hear(asks, dice)


def _rates(backlogs: Sequence[Backlog], votes: Integers, most: int) -> tuple[Floats, Floats]:
    """Return the gains (n,) by crowd and by expert: those of all questions add up."""
    can_ask = votes < most
    crowd, expert = np.zeros(len(votes)), np.zeros(len(votes))
    for backlog in backlogs:
        rates = rates_of(backlog.posterior, backlog.dissent(), votes, can_ask, backlog.market)
        crowd += np.maximum(rates.crowd, 0.0)
        expert += np.maximum(rates.expert, 0.0)
    return crowd, expert


def _drawn(shares: Floats, dice: np.random.Generator) -> Integers:
    """Draw a column by the shares of each row (n, K)."""
    steps = shares.cumsum(axis=1)
    draws = dice.random(len(shares)) * steps[:, -1]
    return np.asarray((steps < draws[:, None]).sum(axis=1))
