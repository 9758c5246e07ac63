"""What one more judgment is expected to buy: the accuracy it adds, from the crowd or an expert.

A final label is right with the probability of its most likely class. A further vote is worth what
it is expected to add to that: the value of information (Howard 1966, "Information value theory").
Rates are expected accuracy per unit of cost, where one crowd judgment costs 1.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import comb

import numpy as np

from labeling.ballots import Ballots, Booleans, Floats, Integers
from labeling.crowd import Crowd
from labeling.prices import Prices

HORIZON = 5
"""Votes to look ahead. One vote alone often changes no answer and would seem worth nothing."""
EXPERT_AFTER = 2
"""Votes an item has before an expert may be asked: of fewer nobody can say that they dissent."""
SCREEN = 0.8
SCREEN_VOTES = 8
LEAST_INFORMATION = 1e-3
"""What the vote of the least informative worker weighs in the dissent, in nats."""
_ODDS = np.linspace(0.0, 8.0, 161)
_BEYOND = 1e-9
_LEADS = np.linspace(0.0, 12.0, 49)
_MOST_VOTES = 15
MOST_RISK = 0.7
"""Dissent alone never makes an answer look worse."""
REALISM = (0.4, 1.0)
EXPECTED_OVERTURN = 0.8
"""Where experts overturn more of the dissent, the crowd errs together, and a vote is worth less
than votes of independent workers would be: the gain is scaled by EXPECTED_OVERTURN / overturn,
within REALISM."""
OVERTURN_GUESS = 0.9
OVERTURN_WEIGHT = 5.0
"""Before experts have ruled, so much of the dissent is taken for error; it counts as so much
dissent."""


@dataclass(frozen=True, kw_only=True)
class Market:
    """What an answer of the crowd and of an expert is worth now."""

    prices: Prices
    vote_table: Floats
    """(K, K): the confusion of the next worker, whoever it will be."""
    lookahead: Floats
    """The gain a vote of a look-ahead, by the log odds of the two likeliest classes at `_ODDS`."""
    overturn: float = OVERTURN_GUESS
    """The share of the dissent that experts found to be error."""
    vote_weight: float = 1.0
    """What a vote adds to the log odds of two classes."""
    divided: Floats | None = None
    """Where the crowd is young or of equals: the gain a vote by how the votes divide; see
    `_divided_gains`."""

    @property
    def realism(self) -> float:
        """How much of the promised gain a crowd of dependent workers delivers, within REALISM."""
        least, most = REALISM
        return min(max(EXPECTED_OVERTURN / self.overturn, least), most)


@dataclass(frozen=True, kw_only=True)
class Rates:
    """The expected accuracy an item gains per unit of cost; below 0 where one cannot or should
    not ask."""

    crowd: Floats
    """(n,)"""
    expert: Floats
    """(n,)"""


def market_of(
    crowd: Crowd, is_admitted: Booleans, prices: Prices, *, overturn: float = OVERTURN_GUESS
) -> Market:
    """Return the market of a crowd; `is_admitted` (J,) says who of its workers is not paused."""
    weights = crowd.votes * is_admitted
    if weights.sum() <= 0.0:
        table, accuracy = crowd.pooled, crowd.pooled_accuracy
    else:
        table = np.average(crowd.confusion, axis=0, weights=weights)
        accuracy = float(np.average(crowd.accuracy, weights=weights))
    classes = len(table)
    accuracy = min(max(accuracy, 1.0 / classes + 0.05), 0.97)
    told = _told(accuracy, classes)
    is_divided = crowd.is_of_equals or crowd.is_young
    return Market(
        prices=prices,
        vote_table=table,
        lookahead=_lookahead(told),
        overturn=overturn,
        vote_weight=float(np.log(told / (1.0 - told))),
        divided=_divided_gains(round(told, 2)) if is_divided else None,
    )


def overturn_rate(overturned: float, dissent: float) -> float:
    """Return the share of the dissent that was error, from the items that experts ruled on.

    Beta-binomial: `overturned` items with dissent were wrong, of a summed `dissent`.
    """
    guess = OVERTURN_GUESS * OVERTURN_WEIGHT
    return (overturned + guess) / (dissent + OVERTURN_WEIGHT)


def dissent_of(ballots: Ballots, crowd: Crowd, answers: Integers) -> Floats:
    """Return the share (n,) of the votes, weighed by what they tell, that speak against
    `answers`."""
    weights = crowd.information[ballots.workers] + LEAST_INFORMATION
    agrees = ballots.classes == answers[ballots.items]
    spoken = np.bincount(ballots.items, weights, ballots.item_count)
    agreeing = np.bincount(ballots.items, weights * agrees, ballots.item_count)
    return np.asarray(np.where(spoken > 0.0, 1.0 - agreeing / np.maximum(spoken, 1e-12), 0.0))


def admitted(crowd: Crowd) -> Booleans:
    """Return who (J,) tells enough to be asked. Reversible: each refresh judges anew.

    Paused is who gave SCREEN_VOTES and tells less than SCREEN of what a vote tells on average
    (mutual information with the truth). Nobody is of a young crowd: with so few people a vote
    that is not asked for is missed more than it would mislead.
    """
    if crowd.is_young or crowd.votes.sum() <= 0.0:
        return np.ones(len(crowd.votes), dtype=bool)
    mean = np.average(crowd.information, weights=crowd.votes)
    return np.asarray((crowd.information >= SCREEN * mean) | (crowd.votes < SCREEN_VOTES))


def rates_of(
    posterior: Floats, dissent: Floats, votes: Integers, can_ask: Booleans, market: Market
) -> Rates:
    """Return what a judgment is worth on each of n items (n, K) with so many votes (n,).

    An expert is asked after EXPERT_AFTER votes, or when no worker is left (`can_ask` is false),
    and only where the crowd gains no more for the money.
    """
    gain, risk = crowd_gain(posterior, market, votes), risk_of(posterior, dissent, market)
    return rates_by(gain, risk, votes, can_ask, market)


def rates_by(
    gain: Floats, risk: Floats, votes: Integers, can_ask: Booleans, market: Market
) -> Rates:
    """Return the same from the gain (n,) of a crowd judgment and the risk (n,) of the answers."""
    crowd = np.where(can_ask, gain / market.prices.crowd, -1.0)
    expert = _expert_rate(risk, market)
    too_early = can_ask & ((votes < EXPERT_AFTER) | (crowd > expert))
    return Rates(crowd=crowd, expert=np.where(too_early, -1.0, expert))


def crowd_gain(posterior: Floats, market: Market, votes: Integers | None = None) -> Floats:
    """Return the accuracy (n,) that a crowd judgment is expected to add to items (n, K).

    The greater of the exact gain of one vote, sum_l max_k q_k M_kl - max_k q_k, and of the gain a
    vote when up to HORIZON votes are bought on the two likeliest classes; scaled by the market's
    realism. Of equals, `votes` (n,) say how much of the lead is left after how many votes: see
    `_divided_gains`.
    """
    if posterior.shape[1] < 2:
        return np.zeros(len(posterior))  # a single class: nothing to learn
    ranked = np.sort(posterior, axis=1)
    first, second = ranked[:, -1], ranked[:, -2]
    odds = np.log(np.maximum(first, 1e-12) / np.maximum(second, 1e-12))
    if market.divided is not None and votes is not None:
        gain = (first + second) * _divided_gain(market.divided, odds / market.vote_weight, votes)
    else:
        gain = (first + second) * np.interp(odds, _ODDS, market.lookahead)
        if posterior.shape[1] > 2:
            after = (posterior[:, :, None] * market.vote_table[None]).max(axis=1).sum(axis=1)
            gain = np.maximum(gain, after - first)
    return np.asarray(market.realism * gain)


def risk_of(posterior: Floats, dissent: Floats, market: Market) -> Floats:
    """Return the probability (n,) that the current answer is wrong.

    The posterior's own doubt, or what experts found such dissent to mean if that is more: on a
    hard item workers err together, which the model of independent votes cannot see.
    """
    return risk_by(1.0 - posterior.max(axis=1), dissent, market)


def risk_by(doubt: Floats, dissent: Floats, market: Market) -> Floats:
    """Return the same by the posterior's doubt of the answers, of any shape."""
    return np.asarray(np.maximum(doubt, np.minimum(market.overturn * dissent, MOST_RISK)))


def expert_rate(posterior: Floats, dissent: Floats, market: Market) -> Floats:
    """Return the accuracy (n,) an expert adds per unit of cost; below 0 where an expert is no
    help."""
    return _expert_rate(risk_of(posterior, dissent, market), market)


def _expert_rate(risk: Floats, market: Market) -> Floats:
    prices = market.prices
    if prices.expert is None:
        return np.full(len(risk), -1.0)
    return np.asarray((risk - (1.0 - prices.expert_accuracy)) / prices.expert)


def _told(accuracy: float, classes: int) -> float:
    """Between two of the classes: how often a vote for either is for the true one."""
    return accuracy / (accuracy + (1.0 - accuracy) / max(classes - 1, 1))


def _lookahead(told: float) -> Floats:
    """Return at `_ODDS` the greatest gain a vote of 1 to HORIZON votes between two classes.

    Of h votes, s for the first class have the probability Bin(s; h, told) if it is true and
    Bin(s; h, 1 - told) if the other is.
    """
    first = 1.0 / (1.0 + np.exp(-_ODDS))
    best = np.zeros_like(_ODDS)
    for horizon in range(1, HORIZON + 1):
        heads = np.arange(horizon + 1)
        ways = np.array([comb(horizon, int(s)) for s in heads], dtype=float)
        if_first = ways * told**heads * (1.0 - told) ** (horizon - heads)
        right = np.maximum(first[:, None] * if_first, (1.0 - first)[:, None] * if_first[::-1])
        best = np.maximum(best, (right.sum(axis=1) - first) / horizon)
    return np.maximum(best, _BEYOND * np.exp(-_ODDS))


def _divided_gain(table: Floats, lead: Floats, votes: Integers) -> Floats:
    """Return what `_divided_gains` says of items with so many votes (n,) and such a lead (n,)."""
    row = np.minimum(votes, _MOST_VOTES)
    place = np.minimum(lead, _LEADS[-1] - 1e-9) / _LEADS[1]
    left = place.astype(np.int64)
    share = place - left
    return np.asarray(table[row, left] * (1.0 - share) + table[row, left + 1] * share)


@lru_cache(maxsize=64)
def _divided_gains(told: float) -> Floats:
    """Return the greatest gain a vote of 1 to HORIZON votes, by the votes an item has (rows, 0 to
    _MOST_VOTES) and the lead of its first class over the second (columns, `_LEADS`).

    People agree more on some items than on others: a share theta ~ Beta(a, a) of the crowd would
    name the first class of an item, and what can be won is that class which most of them would.
    So an item on which three people were divided promises less than one that a single person has
    judged, where independent votes of one accuracy would see no difference. Two votes agree as
    often as under that accuracy `told`: (a + 1) / (2a + 1) = told^2 + (1 - told)^2 (the
    beta-binomial; Skellam 1948).
    """
    agree = told**2 + (1.0 - told) ** 2
    a = (1.0 - agree) / (2.0 * agree - 1.0)
    # theta = sin(phi)^2 for uniform phi leaves no pole at the ends.
    theta = np.sin((np.arange(200) + 0.5) / 200 * np.pi / 2) ** 2
    votes = np.arange(_MOST_VOTES + 1.0)[:, None]
    second = np.maximum(votes - _LEADS, 0.0)[..., None] / 2.0
    likelihood = theta ** (second + _LEADS[:, None] + a - 0.5) * (1.0 - theta) ** (
        second + a - 0.5
    )
    likelihood /= likelihood.sum(axis=2, keepdims=True)
    is_first = theta > 0.5
    now = likelihood[..., is_first].sum(axis=2)
    best = np.zeros_like(now)
    for horizon in range(1, HORIZON + 1):
        right = np.zeros_like(now)
        for heads in range(horizon + 1):
            chance = comb(horizon, heads) * theta**heads * (1.0 - theta) ** (horizon - heads)
            right += np.maximum(
                likelihood[..., is_first] @ chance[is_first],
                likelihood[..., ~is_first] @ chance[~is_first],
            )
        best = np.maximum(best, (right - now) / horizon)
    return np.asarray(np.maximum(best, _BEYOND * np.exp(-_LEADS)))
