"""What one more judgment is worth, against brute force."""

from dataclasses import replace
from itertools import product
from math import prod

import numpy as np
import pytest
from scipy.stats import beta, betabinom

from labeling.ballots import Ballots
from labeling.crowd import Crowd, one_coin
from labeling.gain import (
    Market,
    admitted,
    crowd_gain,
    dissent_of,
    expert_rate,
    market_of,
    overturn_rate,
    rates_of,
    risk_of,
)
from labeling.prices import Prices
from labeling.standing import Standing

EVERYBODY = np.ones(4, dtype=bool)
REAL = 0.8
"""The overturn rate at which the crowd delivers what it promises."""


def market(*, accuracy: float = 0.75, classes: int = 2, expert: float | None = 5.0) -> Market:
    crowd = Crowd.unknown(4, classes)
    table = one_coin(accuracy, classes)
    crowd = Crowd(
        confusion=np.repeat(table[None], 4, axis=0),
        votes=np.full(4, 10.0),
        accuracy=np.full(4, accuracy),
        pooled=table,
        pooled_accuracy=accuracy,
        class_prior=crowd.class_prior,
    )
    return market_of(crowd, EVERYBODY, Prices(expert=expert), overturn=REAL)


def gain_by_enumeration(first: float, accuracy: float, votes: int) -> float:
    """The expected gain a vote of so many votes, over every sequence of right and wrong."""
    expected = 0.0
    for said in product((True, False), repeat=votes):
        if_first = prod([accuracy if vote else 1 - accuracy for vote in said])
        if_second = prod([1 - accuracy if vote else accuracy for vote in said])
        expected += max(first * if_first, (1 - first) * if_second)
    return (expected - first) / votes


@pytest.mark.parametrize("first", [0.5, 0.6, 0.75, 0.9])
@pytest.mark.parametrize("accuracy", [0.6, 0.75, 0.9])
def test_the_look_ahead_is_the_sum_over_all_futures(first: float, accuracy: float) -> None:
    best = max(gain_by_enumeration(first, accuracy, votes) for votes in range(1, 6))
    found = crowd_gain(np.array([[first, 1 - first]]), market(accuracy=accuracy))
    assert found[0] == pytest.approx(max(best, 0.0), abs=2e-3)


def test_a_vote_is_worth_most_where_the_posterior_is_even() -> None:
    posterior = np.array([[0.5, 0.5], [0.7, 0.3], [0.9, 0.1], [0.999, 0.001]])
    gains = crowd_gain(posterior, market())
    assert (np.diff(gains) < 0.0).all()
    assert (gains > 0.0).all()


def test_a_crowd_that_experts_overturn_is_worth_less() -> None:
    posterior = np.array([[0.6, 0.4]])
    trusted = market()
    doubted = Market(
        prices=trusted.prices,
        vote_table=trusted.vote_table,
        lookahead=trusted.lookahead,
        overturn=1.6,
    )
    half = crowd_gain(posterior, doubted) / crowd_gain(posterior, trusted)
    assert half[0] == pytest.approx(0.5)
    assert risk_of(posterior, np.array([0.4]), doubted)[0] == pytest.approx(0.64)


def divided_gain_by_sums(first: int, second: int, agree: float) -> float:
    """The expected gain a vote when the crowd's own division of an item is Beta(a, a)."""
    a = (1 - agree) / (2 * agree - 1)

    def sure(more: int, less: int) -> float:
        return float(max(beta.sf(0.5, a + more, a + less), beta.cdf(0.5, a + more, a + less)))

    def after(votes: int) -> float:
        chances = betabinom.pmf(np.arange(votes + 1), votes, a + first, a + second)
        return sum(
            float(chance) * sure(first + k, second + votes - k) for k, chance in enumerate(chances)
        )

    return max((after(votes) - sure(first, second)) / votes for votes in range(1, 6))


@pytest.mark.parametrize("accuracy", [0.65, 0.75, 0.9])
def test_of_equals_what_is_won_is_what_most_of_the_crowd_would_say(accuracy: float) -> None:
    crowd = replace(Crowd.unknown(4, 2), pooled_accuracy=accuracy).of_equals()
    known = market_of(crowd, EVERYBODY, Prices(), overturn=REAL)
    agree = accuracy**2 + (1 - accuracy) ** 2
    for first, second in [(1, 0), (1, 1), (2, 0), (2, 1), (3, 1), (2, 2), (4, 3)]:
        odds = (accuracy / (1 - accuracy)) ** (first - second)
        posterior = np.array([[odds / (1 + odds), 1 / (1 + odds)]])
        found = crowd_gain(posterior, known, np.array([first + second]))
        assert found[0] == pytest.approx(divided_gain_by_sums(first, second, agree), abs=2e-3)


def test_of_equals_a_divided_item_promises_less_than_one_with_a_single_vote() -> None:
    """Else the votes of a small project go to its hopeless items; independent votes of one
    accuracy see no difference between the two."""
    crowd = replace(Crowd.unknown(4, 2), pooled_accuracy=0.65).of_equals()
    known = market_of(crowd, EVERYBODY, Prices(), overturn=REAL)
    posterior = np.array([[0.65, 0.35]] * 2)
    once, divided = crowd_gain(posterior, known, np.array([1, 3]))
    assert once > 1.05 * divided


def test_of_a_young_crowd_nobody_is_paused_and_division_counts_after_storing_too() -> None:
    votes = np.array([50.0, 50.0, 50.0, 50.0])
    right = np.array([40.0, 40.0, 35.0, 25.0])
    equals = replace(Crowd.unknown(4, 2), votes=votes, pooled_accuracy=0.7).of_equals()
    young = equals.told_apart(right)
    assert np.average(young.accuracy) == pytest.approx(0.7)
    assert young.information[3] < 0.1 * young.information[0]
    standing = Standing(workers=(1, 2, 3, 4), classes=("a", "b"), crowd=young)
    for crowd in (young, Standing.from_json(standing.to_json()).crowd):
        assert admitted(crowd).all()
        known = market_of(crowd, EVERYBODY, Prices(), overturn=REAL)
        posterior = np.array([[0.7, 0.3]] * 2)
        once, divided = crowd_gain(posterior, known, np.array([1, 3]))
        assert once > 1.05 * divided
    assert not admitted(replace(young, is_young=False)).all()


def test_an_expert_is_worth_the_risk_less_the_own_error() -> None:
    posterior = np.array([[0.6, 0.4], [0.99, 0.01], [0.99, 0.01]])
    dissent = np.array([0.0, 0.0, 0.5])
    rates = expert_rate(posterior, dissent, market())
    assert rates == pytest.approx([(0.4 - 0.05) / 5, (0.01 - 0.05) / 5, (0.4 - 0.05) / 5])
    assert expert_rate(posterior, dissent, market(expert=None)) == pytest.approx([-1, -1, -1])


def test_the_crowd_comes_first_and_nobody_is_asked_twice_in_vain() -> None:
    posterior = np.array([[0.55, 0.45]] * 3)
    votes, can_ask = np.array([1, 4, 4]), np.array([True, True, False])
    rates = rates_of(posterior, np.array([0.5] * 3), votes, can_ask, market())
    assert rates.crowd[2] == -1.0
    assert rates.expert[0] == -1.0
    assert rates.expert[2] == pytest.approx((0.45 - 0.05) / 5)


def test_dissent_weighs_votes_by_what_they_tell() -> None:
    crowd = Crowd.unknown(3, 2)
    ballots = Ballots.of([(0, 0, 1), (0, 1, 1), (0, 2, 0), (1, 0, 0)], (3, 3, 2))
    found = dissent_of(ballots, crowd, np.array([1, 0, 0]))
    assert found == pytest.approx([1 / 3, 0.0, 0.0])


def test_who_tells_nothing_is_paused_once_that_can_be_known() -> None:
    table = np.stack([one_coin(0.9, 2), one_coin(0.9, 2), one_coin(0.52, 2), one_coin(0.52, 2)])
    crowd = Crowd(
        confusion=table,
        votes=np.array([50.0, 50.0, 50.0, 5.0]),
        accuracy=np.array([0.9, 0.9, 0.52, 0.52]),
        pooled=one_coin(0.8, 2),
        pooled_accuracy=0.8,
        class_prior=np.array([0.5, 0.5]),
    )
    assert admitted(crowd).tolist() == [True, True, False, True]
    assert admitted(Crowd.unknown(2, 2)).all()


def test_the_overturn_rate_moves_from_the_guess_to_what_was_seen() -> None:
    assert overturn_rate(0, 0.0) == pytest.approx(0.9)
    assert overturn_rate(30, 100.0) == pytest.approx(34.5 / 105)
