"""Numbers about probabilities, against values worked out by hand."""

import numpy as np
import pytest

from models_assist.calibrate import (
    FLATTEST,
    SHARPEST,
    clearly_better,
    cross_fitted,
    expected_calibration_error,
    fit_temperature,
    log_losses,
    log_probabilities,
)


def test_log_probabilities_survive_huge_logits() -> None:
    logits = np.array([[1e4, 0.0], [0.0, 0.0]])
    assert np.allclose(log_probabilities(logits), [[0, -1e4], [np.log(0.5), np.log(0.5)]])


def test_log_losses_are_those_of_the_given_labels() -> None:
    logits = np.log([[0.8, 0.2], [0.4, 0.6]])
    losses = log_losses(logits, np.array([0, 0]))
    assert np.allclose(losses, [-np.log(0.8), -np.log(0.4)])


def test_calibration_error_weighs_each_bin_by_its_share() -> None:
    # Three of four at 0.8, two right: gap |0.8 - 2/3|. One at 0.6, wrong: gap 0.6.
    logits = np.log([[0.8, 0.2]] * 3 + [[0.6, 0.4]])
    targets = np.array([0, 0, 1, 1])
    expected = 0.75 * (0.8 - 2 / 3) + 0.25 * 0.6
    assert expected_calibration_error(logits, targets) == pytest.approx(expected)


def test_full_confidence_has_a_bin() -> None:
    logits = np.array([[1e3, 0.0], [1e3, 0.0]])
    assert expected_calibration_error(logits, np.array([0, 1])) == pytest.approx(0.5)


def test_the_temperature_of_drawn_labels_is_found_again() -> None:
    random = np.random.default_rng(0)
    logits = random.normal(size=(20_000, 3))
    probabilities = np.exp(log_probabilities(logits))
    targets = (random.random((20_000, 1)) > probabilities.cumsum(axis=1)).sum(axis=1)
    assert fit_temperature(logits * 3, targets) == pytest.approx(3, rel=0.05)
    assert fit_temperature(logits / 2, targets) == pytest.approx(0.5, rel=0.05)


def test_the_temperature_stays_within_belief() -> None:
    right = np.array([[1.0, 0.0], [0.0, 1.0]])
    targets = np.array([0, 1])
    assert fit_temperature(right, targets) == pytest.approx(SHARPEST)
    assert fit_temperature(-right, targets) == pytest.approx(FLATTEST)


def test_a_fold_is_tempered_without_its_own_labels() -> None:
    random = np.random.default_rng(1)
    logits = random.normal(size=(40, 2))
    targets = random.integers(0, 2, 40)
    folds = np.arange(40) % 4
    changed = targets.copy()
    changed[folds == 2] = 1 - changed[folds == 2]
    before, after = cross_fitted(logits, targets, folds), cross_fitted(logits, changed, folds)
    assert np.array_equal(before[folds == 2], after[folds == 2])
    assert not np.allclose(before[folds != 2], after[folds != 2])


def test_a_lucky_row_is_no_clear_gain() -> None:
    holder = np.array([1.0, 1.0, 1.0, 1.0])
    assert clearly_better(holder - 0.1, holder)
    assert not clearly_better(holder, holder)
    assert not clearly_better(np.array([0.2, 1.1, 1.1, 1.1]), holder)
