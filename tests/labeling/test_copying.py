"""Who copies is found by the mistakes; who is only good, or meets hard items, is not."""

from collections.abc import Hashable
from fractions import Fraction
from itertools import product
from math import comb, prod

import numpy as np
import pytest

from labeling.copying import MOST_WORKERS, RISK, find_alike, tail_bound
from labeling.refresh import learn_standing
from labeling.standing import Standing

CLASSES: tuple[str, ...] = ("a", "b", "c")
Votes = list[list[tuple[int, int]]]


def crowd(
    dice: np.random.Generator, *, items: int = 120, votes: int = 5, workers: int = 12
) -> Votes:
    """Every item is judged by some of the workers; each has an own accuracy, 0.6 to 0.9."""
    accuracy = dice.uniform(0.6, 0.9, workers)
    found = []
    for _ in range(items):
        truth = int(dice.integers(3))
        wrong = [k for k in range(3) if k != truth]
        found.append(
            [
                (w, truth if dice.random() < accuracy[w] else int(dice.choice(wrong)))
                for w in dice.permutation(workers)[:votes].tolist()
            ]
        )
    return found


def copied(found: Votes, dice: np.random.Generator, share: float) -> Votes:
    """Worker 1 says what worker 0 said, wherever both are asked: so often."""
    changed = []
    for votes in found:
        said = dict(votes)
        if {0, 1} <= set(said) and dice.random() < share:
            said[1] = said[0]
        changed.append(list(said.items()))
    return changed


def learnt(found: Votes) -> Standing:
    rows: list[tuple[int, int, Hashable]] = [
        (item, worker, CLASSES[said]) for item, votes in enumerate(found) for worker, said in votes
    ]
    return learn_standing(rows, {}, CLASSES, expert_accuracy=0.95)


def test_honest_crowds_are_left_alone() -> None:
    flagged = 0
    for seed in range(200):
        votes = crowd(np.random.default_rng(seed))
        flagged += bool(find_alike(votes, learnt(votes)))
    assert flagged <= 200 * RISK


def test_items_that_are_hard_for_everybody_accuse_nobody() -> None:
    flagged = 0
    for seed in range(40):
        dice = np.random.default_rng(seed)
        votes = crowd(dice, items=200)
        hard = [  # one in five: most say the same wrong class, each by the own choice
            [(worker, 2 if dice.random() < 0.6 else said) for worker, said in item]
            if place % 5 == 0
            else item
            for place, item in enumerate(votes)
        ]
        flagged += bool(find_alike(hard, learnt(hard)))
    assert flagged <= 1


@pytest.mark.parametrize("share", [1.0, 0.8])
def test_a_copier_is_found_with_the_numbers(share: float) -> None:
    for seed in range(8):
        dice = np.random.default_rng(seed)
        votes = copied(crowd(dice, items=1500), dice, share)
        found = find_alike(votes, learnt(votes))
        assert found, seed
        assert {frozenset(pair[:2]) for pair in found} == {frozenset({0, 1})}, seed
        for pair in found:
            assert pair.expected < pair.shared <= pair.mistakes
            assert 0.0 < pair.probability <= RISK


def test_two_who_are_right_against_all_others_are_no_copiers() -> None:
    """Those who say the same where the consensus is nothing but a guess shared no mistake."""
    votes = [[(0, place % 3), (1, place % 3), (2, (place + 1) % 3)] for place in range(60)]
    assert find_alike(votes, Standing.unknown(CLASSES, 0.7)) == []


def test_an_item_costs_no_more_than_its_first_workers() -> None:
    many = [[(worker, worker % 3) for worker in range(MOST_WORKERS + 50)]]
    assert find_alike(many * 6, Standing.unknown(CLASSES, 0.7)) == find_alike(
        [many[0][:MOST_WORKERS]] * 6, Standing.unknown(CLASSES, 0.7)
    )


def test_the_bound_holds_for_every_set_of_unequal_coins() -> None:
    for coins in ((0.1, 0.5, 0.9, 0.2), (0.05, 0.05, 0.6, 0.6), (0.3, 0.3, 0.3, 0.3)):
        for least in range(5):
            exact = sum(
                prod(p if up else 1 - p for p, up in zip(coins, ups, strict=True))
                for ups in product((0, 1), repeat=4)
                if sum(ups) >= least
            )
            assert exact <= tail_bound(least, 4, sum(coins) / 4) + 1e-12
    exact_binomial = sum(Fraction(comb(15, k) * 4 ** (15 - k), 5**15) for k in range(9, 16))
    assert tail_bound(9, 15, 0.2) == pytest.approx(float(exact_binomial), rel=1e-9)
    assert tail_bound(15, 15, 0.2) == pytest.approx(0.2**15)
    assert tail_bound(3, 15, 0.2) == 1.0


def test_who_agrees_where_the_others_are_divided_is_not_accused() -> None:
    """Four good workers, and two who copy each other at random: the votes of two equals against
    two say nothing of who is wrong, and only the two who copy share what is wrong."""
    dice = np.random.default_rng(3)
    votes: Votes = []
    for _ in range(60):
        truth, guess = (int(place) for place in dice.integers(2, size=2))
        good = [(w, truth if dice.random() < 0.95 else 1 - truth) for w in range(4)]
        votes.append([*good, (4, guess), (5, guess)])
    rows: list[tuple[int, int, Hashable]] = [
        (item, worker, "ab"[said])
        for item, said_of in enumerate(votes)
        for worker, said in said_of
    ]
    known = learn_standing(rows, {}, ("a", "b"), expert_accuracy=0.95)
    assert known.crowd.is_young
    assert {(pair.one, pair.other) for pair in find_alike(votes, known)} == {(4, 5), (5, 4)}
