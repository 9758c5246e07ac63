"""Objects compared in pairs and in orders: strengths of objects, reliability of workers."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.ballots import Floats
from labeling.bradley_terry import Comparisons, bradley_terry, chance, crowd_bradley_terry
from labeling.rankings import aggregate_orders, plackett_luce
from tests.labeling.samples import calmly

BASEBALL = (
    (0, 7, 9, 7, 7, 9, 11),
    (6, 0, 7, 5, 11, 9, 9),
    (4, 6, 0, 7, 7, 8, 12),
    (6, 8, 6, 0, 6, 7, 10),
    (6, 2, 6, 7, 0, 7, 12),
    (4, 4, 5, 6, 6, 0, 6),
    (2, 4, 1, 3, 1, 7, 0),
)
"""American League 1987, eastern division: wins of the team of the row over that of the column
(Agresti 1990, "Categorical data analysis", table 10.10)."""
PUBLISHED = (1.581, 1.436, 1.294, 1.248, 1.108, 0.684, 0.0)
"""Its maximum likelihood: Agresti 1990, section 10.6; Turner & Firth 2012 (BradleyTerry2)."""


def compared(truth: Floats, reliability: Floats, count: int, seed: int) -> Comparisons:
    """Return comparisons as the model of `crowd_bradley_terry` makes them."""
    source = np.random.default_rng(seed)
    votes = []
    for _ in range(count):
        one, other = source.choice(len(truth), 2, replace=False)
        worker = int(source.integers(len(reliability)))
        if source.random() > chance(truth, one, other):
            one, other = other, one
        if source.random() > reliability[worker]:
            one, other = other, one
        votes.append((worker, int(one), int(other)))
    return Comparisons.of(votes, len(truth), len(reliability))


def test_the_published_strengths_of_the_baseball_teams() -> None:
    votes = [
        (0, one, other)
        for one, row in enumerate(BASEBALL)
        for other, wins in enumerate(row)
        for _ in range(wins)
    ]
    strength = bradley_terry(Comparisons.of(votes, 7, 1), prior=0.0)
    assert strength - strength[-1] == pytest.approx(PUBLISHED, abs=6e-4)


def test_the_strengths_are_where_the_likelihood_is_flat() -> None:
    truth = np.array([-1.0, 0.0, 0.5, 2.0])
    comparisons = compared(truth, np.ones(1), 200, 1)
    strength = bradley_terry(comparisons, prior=0.0)
    expected = np.bincount(
        comparisons.better, 1.0 - chance(strength, comparisons.better, comparisons.worse), 4
    ) - np.bincount(
        comparisons.worse, 1.0 - chance(strength, comparisons.better, comparisons.worse), 4
    )
    assert expected == pytest.approx(np.zeros(4), abs=1e-6)


def test_workers_who_judge_at_random_or_the_wrong_way_round_are_found_out() -> None:
    truth = np.linspace(-2, 2, 12)
    reliability = np.array([1.0, 0.95, 0.95, 0.5, 0.5, 0.1])
    comparisons = compared(truth, reliability, 1500, 2)
    fit = crowd_bradley_terry(comparisons)
    assert fit.reliability[:3].min() > 0.8
    assert fit.reliability[3:5].max() < 0.7
    assert fit.reliability[5] < 0.25
    plain = np.corrcoef(bradley_terry(comparisons), truth)[0, 1]
    assert np.corrcoef(fit.strength, truth)[0, 1] > max(plain, 0.97)


def test_one_worker_one_pair_and_nothing_at_all_are_finite() -> None:
    fit = crowd_bradley_terry(Comparisons.of([(0, 1, 0)] * 1000, 3, 2))
    assert np.isfinite(fit.strength).all()
    assert fit.strength[1] > fit.strength[2] > fit.strength[0]
    assert fit.reliability[1] == pytest.approx(0.8)
    nothing = crowd_bradley_terry(Comparisons.of([], 0, 0))
    assert nothing.strength.shape == (0,)
    assert crowd_bradley_terry(Comparisons.of([], 2, 1)).strength.tolist() == [0.0, 0.0]


@pytest.mark.parametrize("vote", [(0, 1, 1), (0, 0, 3), (2, 0, 1), (-1, 0, 1)])
def test_comparisons_that_cannot_be_are_refused(vote: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="outside"):
        Comparisons.of([vote], 3, 2)


@settings(calmly, max_examples=25)
@given(seed=st.integers(0, 10_000))
def test_other_numbers_of_objects_and_workers_only_renumber(seed: int) -> None:
    source = np.random.default_rng(seed)
    comparisons = compared(source.normal(0, 1, 6), np.array([0.9, 0.6, 0.9]), 60, seed)
    objects, people = source.permutation(6), source.permutation(3)
    order = source.permutation(60)
    votes = [
        (
            int(people[comparisons.workers[i]]),
            int(objects[comparisons.better[i]]),
            int(objects[comparisons.worse[i]]),
        )
        for i in order
    ]
    straight = crowd_bradley_terry(comparisons)
    turned = crowd_bradley_terry(Comparisons.of(votes, 6, 3))
    assert turned.strength[objects] == pytest.approx(straight.strength, abs=1e-6)
    assert turned.reliability[people] == pytest.approx(straight.reliability, abs=1e-6)


def likelihood_of(order: tuple[int, ...], strength: Floats) -> float:
    """Return the probability of an order, by its definition (Plackett 1975)."""
    worth = np.exp(strength)
    left = [worth[list(order[place:])].sum() for place in range(len(order))]
    return float(np.prod([worth[best] / all_ for best, all_ in zip(order, left, strict=True)]))


def test_orders_of_two_are_comparisons() -> None:
    truth = np.array([-1.0, 0.0, 0.5, 2.0])
    comparisons = compared(truth, np.ones(1), 200, 1)
    orders = list(zip(comparisons.better.tolist(), comparisons.worse.tolist(), strict=True))
    assert plackett_luce(orders, 4, prior=0.0) == pytest.approx(
        bradley_terry(comparisons, prior=0.0), abs=1e-6
    )


def test_the_strengths_of_orders_have_the_greatest_likelihood() -> None:
    source = np.random.default_rng(4)
    orders = [tuple(source.permutation(4).tolist()) for _ in range(12)] + [(0, 1, 2, 3)] * 3
    strength = plackett_luce(orders, 4, prior=0.0)

    def log_likelihood(at: Floats) -> float:
        return float(sum(np.log(likelihood_of(order, at)) for order in orders))

    best = log_likelihood(strength)
    for step in np.vstack([np.eye(4), -np.eye(4)]) * 0.05:
        assert log_likelihood(strength + step) < best
    total = sum(likelihood_of(order, strength) for order in permutations(range(4)))
    assert total == pytest.approx(1.0)


def test_orders_of_good_workers_count_more_than_orders_at_random() -> None:
    source = np.random.default_rng(5)
    orders = [(0, tuple(range(6)))] * 3 + [(1, (0, 1, 2, 3, 5, 4))] * 3
    orders += [(2, tuple(source.permutation(6).tolist())) for _ in range(6)]
    orders += [(3, tuple(reversed(range(6))))] * 3
    fit = aggregate_orders(orders, 6, 4)
    assert np.argsort(-fit.strength)[:4].tolist() == [0, 1, 2, 3]
    assert fit.reliability[0] > 0.8
    assert fit.reliability[3] < 0.3
    assert np.isfinite(aggregate_orders([(0, ()), (0, (1,))], 3, 1).strength).all()
    assert aggregate_orders([], 0, 0).strength.shape == (0,)
