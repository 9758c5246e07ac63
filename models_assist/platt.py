"""A score that means a probability: two numbers learnt from what was right and what was wrong.

Platt 1999, "Probabilistic outputs for support vector machines", with his targets, that keep the
numbers finite where a score tells right from wrong without an exception.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from models_assist.calibrate import Indexes, Numbers
from models_assist.out_of_fold import logistic, minimised

FEWEST = 20
"""With fewer the two numbers are luck, and a share stands as it is."""
_NEAREST = 1e-6


class Platt(NamedTuple):
    """A share p becomes 1 / (1 + exp(-(slope * logit(p) + offset)))."""

    slope: float = 1.0
    offset: float = 0.0

    def mend(self, shares: Numbers) -> Numbers:
        """Return probabilities; (n,) of shares from 0 to 1."""
        return logistic(self.slope * _logits(shares) + self.offset)

    def undo(self, probabilities: Numbers) -> Numbers:
        """Return the shares that `mend` was given, (n,)."""
        return logistic((_logits(probabilities) - self.offset) / self.slope)


def fit_platt(shares: Numbers, is_right: npt.NDArray[np.bool_]) -> Platt:
    """Return the numbers of least log-loss; as they are below FEWEST, and never upside down."""
    right = int(is_right.sum())
    wrong = len(is_right) - right
    if right + wrong < FEWEST:
        return Platt()
    wanted = np.where(is_right, (right + 1.0) / (right + 2.0), 1.0 / (wrong + 2.0))
    logits = _logits(shares)

    def loss(numbers: Numbers) -> tuple[float, Numbers]:
        slope, offset = np.exp(numbers[0]), numbers[1]
        values = slope * logits + offset
        costs = np.logaddexp(0.0, values) - wanted * values
        gap = logistic(values) - wanted
        return float(costs.mean()), np.array([(gap * logits).mean() * slope, gap.mean()])

    slope, offset = minimised(loss, np.zeros(2))
    return Platt(float(np.exp(slope)), float(offset))


def mended_out_of_fold(
    shares: Numbers, is_right: npt.NDArray[np.bool_], folds: Indexes
) -> Numbers:
    """Return probabilities, each fold's by the numbers of all others."""
    mended = np.empty(len(shares))
    for fold in np.unique(folds):
        asked = folds == fold
        mended[asked] = fit_platt(shares[~asked], is_right[~asked]).mend(shares[asked])
    return mended


def _logits(shares: Numbers) -> Numbers:
    kept = np.clip(shares, _NEAREST, 1.0 - _NEAREST)
    return np.asarray(np.log(kept) - np.log1p(-kept))
