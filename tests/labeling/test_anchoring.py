"""The effect of being shown a wrong answer, its interval, and what sample it needs."""

import numpy as np
import pytest

from labeling.anchoring import (
    Arm,
    anchoring_effect,
    median_difference,
    sample_needed,
    wilson,
)


def test_the_interval_of_the_difference_is_that_of_the_paper() -> None:
    """Newcombe 1998, Table II, example (a): 56/70 and 48/80, method 10."""
    found = anchoring_effect(Arm(70, 56), Arm(80, 48))
    assert found is not None
    assert found == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


def test_without_a_wrong_prediction_in_both_arms_there_is_no_effect() -> None:
    assert anchoring_effect(Arm(0, 0), Arm(5, 1)) is None
    assert anchoring_effect(Arm(5, 1), Arm(0, 0)) is None


def test_the_sample_is_sixteen_variances_over_the_squared_effect() -> None:
    assert sample_needed(Arm(0, 0), Arm(0, 0)) == 204
    assert sample_needed(Arm(100, 50), Arm(100, 50)) == 400
    assert sample_needed(Arm(100, 50), Arm(100, 50), effect=0.2) == 100
    assert sample_needed(Arm(3, 0), Arm(2, 0)) > 0


def test_a_share_has_wilsons_interval() -> None:
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20)[0] == 0.0
    assert wilson(20, 20)[1] == 1.0


def test_the_interval_of_the_medians_holds_the_truth_about_as_often_as_it_says() -> None:
    dice = np.random.default_rng(4)
    held = 0
    for _ in range(400):
        shown = dice.lognormal(2.0, 0.8, 60).tolist()
        blind = (dice.lognormal(2.0, 0.8, 40) + 3.0).tolist()
        found = median_difference(shown, blind)
        assert found is not None
        held += found.low <= 3.0 <= found.high
    assert 0.92 <= held / 400 <= 0.99
    assert median_difference([1.0] * 4, [1.0] * 50) is None
