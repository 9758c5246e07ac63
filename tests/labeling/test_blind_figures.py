"""What few items can say of a model, and what they cannot."""

import numpy as np
import pytest

from labeling.blind_figures import (
    Bin,
    bands_of,
    calibration_of,
    same_boxes,
    worse_than_others,
)
from labeling.label_types.boxes import Box


def test_the_error_is_the_mean_gap_and_a_boaster_is_found_out() -> None:
    found = calibration_of([Bin(0.9, 60, 36), Bin(0.6, 40, 20)], seed=1)
    assert found.ece == pytest.approx(0.6 * 0.3 + 0.4 * 0.1)
    assert found.low < found.ece < found.high
    assert found.is_off
    assert found.by_chance < found.ece / 2


def test_who_is_as_often_right_as_said_is_seldom_accused_however_few_the_items() -> None:
    dice = np.random.default_rng(3)
    accused, errors = 0, []
    for seed in range(100):
        bins = [
            Bin(sure, 20, int(dice.binomial(20, sure))) for sure in (0.35, 0.5, 0.65, 0.8, 0.95)
        ]
        found = calibration_of(bins, seed=seed)
        accused += found.is_off
        errors.append((found.ece, found.by_chance))
    assert accused <= 12
    seen, expected = np.mean(errors, axis=0)
    # Far from 0, though every confidence is right: that is what `by_chance` is there to say.
    assert seen == pytest.approx(expected, abs=0.01)
    assert seen > 0.05


def test_one_slice_is_worse_and_luck_is_no_evidence() -> None:
    parts = {"en": (95, 100), "zh": (60, 100), "fr": (92, 100)}
    assert worse_than_others(parts) == {"zh"}
    dice = np.random.default_rng(5)
    alike = [
        worse_than_others({str(n): (int(dice.binomial(40, 0.8)), 40) for n in range(20)})
        for _ in range(100)
    ]
    assert sum(map(bool, alike)) <= 10
    assert worse_than_others({}) == worse_than_others({"all": (3, 20)}) == set()


def test_bands_hold_about_as_many_each_and_never_share_a_length() -> None:
    assert bands_of([1, 2, 3, 4, 5, 6, 7, 8]) == [(1, 2), (3, 4), (5, 6), (7, 8)]
    assert bands_of([5, 5, 5, 5, 9]) == [(5, 5), (6, 9)]
    assert bands_of([7]) == [(7, 7)]


def test_boxes_are_of_the_same_things_when_each_finds_its_own() -> None:
    one, near = Box(0, 0, 10, 10, "cat"), Box(1, 1, 10, 10, "cat")
    assert same_boxes([one], [near])
    assert not same_boxes([one], [near._replace(category="dog")])
    assert not same_boxes([one, near], [one])
    assert not same_boxes([one, Box(40, 40, 5, 5, "cat")], [one, near])
    assert same_boxes([], [])
