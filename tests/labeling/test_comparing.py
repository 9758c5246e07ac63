"""Things compared in pairs over a whole project: their strengths, and what cannot be compared."""

import math
from itertools import combinations

import numpy as np
import pytest

from labeling.comparing import Comparison, strengths_of


def say(worker: str, better: str, worse: str) -> Comparison:
    return Comparison(worker, better, worse, "left")


def test_two_things_get_the_strengths_of_their_shares() -> None:
    # Three of four for a over b, and b against c even: by Bradley & Terry s_a - s_b = log 3 where
    # no prior pulls and everybody is right; the prior and doubts of workers pull it to 0.
    said = [say("w", "a", "b")] * 30 + [say("w", "b", "a")] * 10
    said += [say("w", "b", "c")] * 20 + [say("w", "c", "b")] * 20
    a, b, c = sorted(strengths_of(said), key=lambda one: one.thing)
    assert 0.5 * math.log(3) < a.strength - b.strength < 2.0 * math.log(3)
    assert abs(b.strength - c.strength) < 0.05
    assert (a.better, a.worse, b.better, b.worse) == (30, 10, 30, 50)
    assert a.strength + b.strength + c.strength == pytest.approx(0.0)


def test_the_side_says_who_is_better_and_a_tie_is_one_vote_each_way() -> None:
    said = [Comparison("w", "a", "b", "right"), Comparison("w", "b", "c", "tie")]
    rows = {one.thing: one for one in strengths_of(said)}
    assert (rows["a"].worse, rows["b"].better, rows["b"].alike, rows["c"].alike) == (1, 1, 1, 1)
    assert rows["b"].strength > rows["a"].strength


def test_where_every_thing_stands_in_one_pair_there_is_nothing_to_say() -> None:
    assert strengths_of([say("w", "a", "b"), say("v", "a", "b"), say("w", "c", "d")]) == []
    assert strengths_of([]) == []
    assert strengths_of([say("w", "a", "a")] * 3) == []


def test_things_that_were_never_compared_stand_in_groups_of_their_own() -> None:
    said = [say("w", "x", "y"), say("w", "a", "b"), say("w", "b", "c")]
    assert [(one.thing, one.group) for one in strengths_of(said)] == [
        ("a", 1), ("b", 1), ("c", 1), ("x", 2), ("y", 2),
    ]  # fmt: skip


def test_a_worker_who_turns_everything_round_spoils_nothing() -> None:
    dice = np.random.default_rng(3)
    things = [f"t{n}" for n in range(8)]
    said: list[Comparison] = []
    for one, other in combinations(range(8), 2):
        for worker in ("good", "fair", "turned"):
            is_right = dice.random() < 1.0 / (1.0 + math.exp(one - other))
            first, second = (one, other) if is_right != (worker == "turned") else (other, one)
            said += [say(worker, things[first], things[second])] * 2
    order = [one.thing for one in strengths_of(said)]
    places = [order.index(name) for name in things]
    assert np.corrcoef(places, range(8))[0, 1] > 0.8


def test_the_order_of_the_votes_changes_nothing() -> None:
    said = [say("w", "a", "b"), say("v", "b", "c"), say("w", "c", "a"), say("v", "a", "c")]
    there, back = strengths_of(said), strengths_of(said[::-1])
    assert [one.thing for one in there] == [one.thing for one in back]
    for one, other in zip(there, back, strict=True):
        assert one.strength == pytest.approx(other.strength, abs=1e-6)
