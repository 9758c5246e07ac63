"""Scores that mean probabilities: how wrong they are, and one number that mends them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Indexes = npt.NDArray[np.intp]

SHARPEST, FLATTEST = 0.2, 20.0
"""Labels that are all predicted rightly ask for no bound to sharpness, and useless logits for none
to flatness; neither is to be believed."""


def log_probabilities(logits: Numbers) -> Numbers:
    """Log of the softmax of each row; finite for finite logits, however large."""
    shifted: Numbers = logits - logits.max(axis=1, keepdims=True)
    normal: Numbers = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return normal


def log_losses(logits: Numbers, targets: Indexes) -> Numbers:
    """Negative log-likelihood of each row, in nats; knowing nothing costs log(categories)."""
    losses: Numbers = -log_probabilities(logits)[np.arange(len(targets)), targets]
    return losses


def clearly_better(challenger: Numbers, holder: Numbers) -> bool:
    """Whether losses of the same rows are lower by more than the standard error of the difference.

    The rule of one standard error (Breiman et al., "Classification and Regression Trees", 1984,
    section 3.4.3): with few labels the luckier of two equals would else be taken for the better.
    """
    gains = holder - challenger
    return bool(gains.mean() > gains.std() / np.sqrt(len(gains)))


class ReliabilityBin(NamedTuple):
    """Predictions of like confidence: how sure they were, and how often they were right."""

    confidence: float
    """The mean, 0 to 1."""

    accuracy: float
    """The share that was right."""

    labels: int


def reliability(
    confidence: Numbers, is_right: npt.NDArray[np.bool_], bins: int = 15
) -> tuple[ReliabilityBin, ...]:
    """The reliability diagram: bins of equal width that hold any prediction, by confidence.

    Bins are (i/n, (i+1)/n], so that a full confidence of 1 falls in the last.
    """
    bin_of = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    return tuple(
        ReliabilityBin(
            float(confidence[inside].mean()), float(is_right[inside].mean()), int(inside.sum())
        )
        for inside in (bin_of == number for number in np.unique(bin_of))
    )


def calibration_error(diagram: Sequence[ReliabilityBin]) -> float:
    """Mean gap between confidence and accuracy, each bin by its labels; 0 is best.

    Equation 3 of Guo, Pleiss, Sun and Weinberger, "On Calibration of Modern Neural Networks",
    ICML 2017 (arXiv 1706.04599).
    """
    total = sum(found.labels for found in diagram)
    gaps = (found.labels * abs(found.confidence - found.accuracy) for found in diagram)
    return sum(gaps) / total if total else 0.0


def expected_calibration_error(logits: Numbers, targets: Indexes, bins: int = 15) -> float:
    """`calibration_error` of the softmax of logits."""
    probabilities = np.exp(log_probabilities(logits))
    is_right = probabilities.argmax(axis=1) == targets
    return calibration_error(reliability(probabilities.max(axis=1), is_right, bins))


def fit_temperature(logits: Numbers, targets: Indexes) -> float:
    """The number to divide logits by for the least log-loss (Guo et al. 2017, section 4.2).

    The log-loss is convex in the inverse temperature, so its slope has one root, found by halving.
    """
    chosen = logits[np.arange(len(targets)), targets]
    low, high = np.log(1 / FLATTEST), np.log(1 / SHARPEST)
    for _ in range(40):
        middle = (low + high) / 2
        probabilities = np.exp(log_probabilities(logits * np.exp(middle)))
        slope = ((probabilities * logits).sum(axis=1) - chosen).mean()
        low, high = (low, middle) if slope > 0 else (middle, high)
    return float(np.exp(-(low + high) / 2))


def cross_fitted(logits: Numbers, targets: Indexes, folds: Indexes) -> Numbers:
    """Logits tempered fold by fold, each fold by the temperature of all others.

    What is measured on the result has seen neither the label nor the temperature fitted on it.
    """
    tempered = np.empty_like(logits)
    for fold in np.unique(folds):
        held_out = folds == fold
        tempered[held_out] = logits[held_out] / fit_temperature(
            logits[~held_out], targets[~held_out]
        )
    return tempered
