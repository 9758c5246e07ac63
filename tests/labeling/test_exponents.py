"""The model as a rater: believed as far as it was right, and not at all by luck."""

import numpy as np

from labeling.ballots import Floats, Integers
from labeling.model_rater import fit_exponent


def forecasts(truth: Integers, *, accuracy: float, seed: int) -> Floats:
    """Who is right so often and says so."""
    dice = np.random.default_rng(seed)
    said = np.where(dice.random(len(truth)) < accuracy, truth, 1 - truth)
    return np.where(said[:, None] == np.arange(2), accuracy, 1.0 - accuracy)


def test_who_is_right_is_taken_at_its_word() -> None:
    truth = np.random.default_rng(0).integers(0, 2, 2000)
    assert fit_exponent(forecasts(truth, accuracy=0.8, seed=1), np.eye(2)[truth]) == 1.0


def test_few_lucky_guesses_do_not_make_a_rater() -> None:
    """On 60 items a coin of 0.55 beats the base rates now and then, never by much."""
    truth = np.random.default_rng(0).integers(0, 2, 60)
    believed = [
        fit_exponent(forecasts(truth, accuracy=0.55, seed=seed), np.eye(2)[truth]) > 0.0
        for seed in range(100)
    ]
    assert np.mean(believed) < 0.35
