"""The ladder: down by evidence alone, one step at a time, and back without swinging."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.ladder import (
    FALLS_BELOW,
    FEWEST_GOLD,
    FEWEST_JUDGMENTS,
    LADDER,
    MARGIN,
    Record,
    Rung,
    Step,
    Why,
    next_rung,
)

shares = st.floats(0.0, 2.0)
rungs = st.sampled_from(LADDER)
withouts = st.frozensets(st.sampled_from(LADDER[1:]))


def record(upper: float, *, judgments: int = 100, gold: int = 0) -> Record:
    return Record(judgments=judgments, gold=gold, value=upper / 2, lower=0.0, upper=upper)


@pytest.mark.parametrize(
    ("judgments", "gold", "enough"),
    [
        (FEWEST_JUDGMENTS - 1, FEWEST_GOLD - 1, False),
        (FEWEST_JUDGMENTS, 0, True),
        (FEWEST_GOLD, FEWEST_GOLD, True),
        (0, 0, False),
    ],
)
def test_nobody_is_judged_by_too_little(judgments: int, gold: int, enough: bool) -> None:  # noqa: FBT001 - a parameter of the table
    step = next_rung(record(0.0, judgments=judgments, gold=gold), Rung.NONE)
    assert (step.rung is Rung.HINT) is enough
    if not enough:
        assert step.why is Why.TOO_LITTLE


def test_the_ladder_goes_down_rung_by_rung_and_back_up() -> None:
    rung, seen = Rung.NONE, []
    for _ in range(6):
        rung = next_rung(record(0.0), rung).rung
        seen.append(rung)
    assert seen == [Rung.HINT, Rung.SLOWER, Rung.OTHER_TIER, Rung.PAUSED, Rung.PAUSED, Rung.PAUSED]
    back = []
    for _ in range(5):
        step = next_rung(record(1.0), rung)
        rung = step.rung
        back.append(rung)
    assert back == [Rung.OTHER_TIER, Rung.SLOWER, Rung.HINT, Rung.NONE, Rung.NONE]


def test_evidence_that_falls_away_heals_at_once() -> None:
    step = next_rung(record(0.0, judgments=3), Rung.PAUSED)
    assert (step.rung, step.why) == (Rung.NONE, Why.TOO_LITTLE)


@pytest.mark.parametrize("rung", LADDER[1:])
def test_a_rung_is_left_only_when_its_bound_is_passed_by_the_margin(rung: Rung) -> None:
    inside = next_rung(record(FALLS_BELOW[rung] + MARGIN / 2), rung)
    assert (inside.rung, inside.why) == (rung, Why.WITHIN_MARGIN)
    beyond = next_rung(record(FALLS_BELOW[rung] + MARGIN), rung)
    assert (beyond.rung, beyond.why) == (LADDER[LADDER.index(rung) - 1], Why.RECOVERED)


@given(shares, rungs, withouts)
def test_at_most_one_step_and_never_to_a_rung_that_is_not_there(
    upper: float, current: Rung, without: frozenset[Rung]
) -> None:
    there = [rung for rung in LADDER if rung not in without]
    after = next_rung(record(upper), current, without=without).rung
    assert after in there
    place = max(there.index(r) for r in there if LADDER.index(r) <= LADDER.index(current))
    assert abs(there.index(after) - place) <= 1


@given(shares, rungs, withouts)
def test_the_same_record_comes_to_rest_and_stays(
    upper: float, current: Rung, without: frozenset[Rung]
) -> None:
    rung = current
    for _ in LADDER:
        rung = next_rung(record(upper), rung, without=without).rung
    assert next_rung(record(upper), rung, without=without).rung is rung


@given(st.floats(0.0, 1.5), rungs, st.lists(st.floats(-MARGIN / 2.01, MARGIN / 2.01), max_size=30))
def test_noise_within_half_the_margin_never_swings_a_worker_to_and_fro(
    upper: float, current: Rung, noise: list[float]
) -> None:
    rung = current
    for _ in LADDER:
        rung = next_rung(record(upper), rung).rung
    path = [rung]
    for shift in noise:
        path.append(next_rung(record(max(upper + shift, 0.0)), path[-1]).rung)
    places = [LADDER.index(step) for step in path]
    turns = [b - a for a, b in itertools.pairwise(places) if a != b]
    assert all(a == b for a, b in itertools.pairwise(turns))


@given(shares, shares, rungs)
def test_who_may_tell_more_never_stands_lower(one: float, other: float, current: Rung) -> None:
    low, high = sorted((one, other))
    lower, higher = (next_rung(record(x), current).rung for x in (low, high))
    assert LADDER.index(higher) <= LADDER.index(lower)


@given(st.floats(FALLS_BELOW[Rung.HINT], 2.0), st.integers(0, 10_000), st.integers(0, 10_000))
def test_nobody_steps_down_while_the_upper_bound_is_good(
    upper: float, judgments: int, gold: int
) -> None:
    step = next_rung(record(upper, judgments=judgments, gold=gold), Rung.NONE)
    assert step.rung is Rung.NONE


def test_without_any_rung_nothing_follows_and_the_reason_says_so() -> None:
    record = Record(judgments=500, gold=0, value=0.0, lower=0.0, upper=0.1)
    step = next_rung(record, Rung.PAUSED, without=frozenset(LADDER) - {Rung.NONE})
    assert step == Step(rung=Rung.NONE, why=Why.OFF)
