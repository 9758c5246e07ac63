"""Which of two is better: a direction along which texts are better, and how often they are alike.

Bradley & Terry's model on the difference of two vectors, with Davidson's ties (1970, "On extending
the Bradley-Terry model to accommodate ties"): log-odds w d, -w d, and a constant for a tie. There
is no intercept, so to swap the sides swaps the answer, whichever side was shown where.
"""

import numpy as np

from models_assist.calibrate import Numbers, log_probabilities
from models_assist.out_of_fold import minimised


def differences(vectors: Numbers) -> Numbers:
    """Return left minus right, (n, D), of two vectors side by side, (n, 2 D)."""
    half = vectors.shape[1] // 2
    return np.asarray(vectors[:, :half] - vectors[:, half:])


def fit_pairs(features: Numbers, targets: Numbers, inverse_penalty: float, sides: int) -> Numbers:
    """Return the parameters (D + 1,): the direction, and the log-odds of a tie.

    Targets are 0 (left), 1 (right) or, with three sides, 2 (a tie).
    """
    wanted = np.eye(sides)[targets.astype(int)]

    def loss(flat: Numbers) -> tuple[float, Numbers]:
        logs = log_probabilities(_logits(flat, features, sides))
        misfit = np.exp(logs) - wanted
        direction = flat[:-1]
        slope = features.T @ (misfit[:, 0] - misfit[:, 1]) + direction / inverse_penalty
        of_tie = misfit[:, 2].sum() if sides == 3 else 0.0
        value = -(wanted * logs).sum() + 0.5 * (direction @ direction) / inverse_penalty
        # A weak pull to 0 keeps the odds of a tie finite where none was seen.
        value += 0.05 * flat[-1] ** 2
        return float(value), np.append(slope, of_tie + 0.1 * flat[-1])

    return minimised(loss, np.zeros(features.shape[1] + 1))


def pair_shares(parameters: Numbers, features: Numbers, sides: int) -> Numbers:
    """Return the probability of left, right and, with three sides, a tie, (n, sides)."""
    return np.asarray(np.exp(log_probabilities(_logits(parameters, features, sides))))


def _logits(parameters: Numbers, features: Numbers, sides: int) -> Numbers:
    better = features @ parameters[:-1]
    tie = np.full(len(better), parameters[-1])
    return np.stack([better, -better, tie][:sides], axis=1)
