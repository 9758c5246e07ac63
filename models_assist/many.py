"""Sets of categories: each category is a yes or no of its own, with a threshold tuned out of fold.

A threshold of 0.5 finds hardly anything while labels are few: what is rare is never likelier than
not. The threshold is the one of best micro-F1 on labels that were not learnt from, the same for
all: one a category, each of its own best F1, names too much of what is hard to tell, and lost up
to six points of micro-F1 on GoEmotions.
"""

import numpy as np

from models_assist.calibrate import Numbers
from models_assist.out_of_fold import logistic, minimised

_GRID = np.linspace(0.02, 0.95, 94)


def fit_many(features: Numbers, targets: Numbers, inverse_penalty: float) -> Numbers:
    """Return the parameters (D + 1, K), intercepts last: a logistic regression a category."""
    padded = np.hstack([features, np.ones((len(features), 1))])
    shape = (padded.shape[1], targets.shape[1])

    def loss(flat: Numbers) -> tuple[float, Numbers]:
        found = flat.reshape(shape)
        scores = padded @ found
        # A weak penalty on the intercepts too: a category never seen stays at finite odds.
        weight = np.full((shape[0], 1), 1.0 / inverse_penalty)
        weight[-1] = 0.1
        slope = padded.T @ (logistic(scores) - targets) + weight * found
        value = (np.logaddexp(0.0, scores) - targets * scores).sum()
        return float(value + 0.5 * (weight * found**2).sum()), slope.ravel()

    return minimised(loss, np.zeros(shape[0] * shape[1])).reshape(shape)


def many_shares(parameters: Numbers, features: Numbers) -> Numbers:
    """Return the probability of each category, (n, K); they do not sum to 1."""
    return logistic(features @ parameters[:-1] + parameters[-1])


def set_losses(probabilities: Numbers, targets: Numbers) -> Numbers:
    """Return the log-loss of each row, the sum over its categories, (n,), in nats."""
    chosen = np.where(targets > 0, probabilities, 1.0 - probabilities)
    return np.asarray(-np.log(np.maximum(chosen, 1e-12)).sum(axis=1))


def tuned_thresholds(said: Numbers, targets: Numbers) -> Numbers:
    """Return the threshold of each category, (K,), from out-of-fold probabilities."""
    return np.full(targets.shape[1], _best_threshold(said, targets))


def chosen_sets(said: Numbers, thresholds: Numbers, fewest: int, most: int) -> Numbers:
    """Return 1 where a category belongs to the set, (n, K), with fewest to most in each row."""
    rank = np.argsort(np.argsort(thresholds - said, axis=1, kind="stable"), axis=1)
    is_in = (said >= thresholds) & (rank < most) | (rank < fewest)
    return np.asarray(is_in, dtype=float)


def micro_f1(chosen: Numbers, targets: Numbers) -> float:
    """Twice what both name over what each names; 1 when neither names anything."""
    named = chosen.sum() + targets.sum()
    return float(2.0 * (chosen * targets).sum() / named) if named else 1.0


def _best_threshold(said: Numbers, targets: Numbers) -> float:
    scores = [micro_f1((said >= level).astype(float), targets) for level in _GRID]
    return float(_GRID[int(np.argmax(scores))])
