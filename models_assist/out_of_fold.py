"""What a head would have said of labels it had not seen, and the penalty that says it best.

Shared by the heads whose fit is a smooth loss: `ordinal`, `pairs`, and `many`.
"""

from collections.abc import Callable
from functools import reduce
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from models_assist.calibrate import Indexes, Numbers, clearly_better
from models_assist.scorers import FOLDS

INVERSE_PENALTIES = (1.0, 5.0, 25.0)
"""From the most cautious to the most eager: of equals, the first is served."""
MOST_STEPS = 100

Fit = Callable[[Numbers, Numbers, float], Numbers]
"""From features (n, D), targets (n, ...) and an inverse penalty to parameters."""
Says = Callable[[Numbers, Numbers], Numbers]
"""From parameters and features to probabilities (n, K)."""
Losses = Callable[[Numbers, Numbers], Numbers]
"""From probabilities (n, K) and targets to the loss of each row, in nats."""


class Served(NamedTuple):
    """The parameters that are served, and what others like them said out of fold."""

    parameters: Numbers
    said: Numbers
    """(n, K)"""
    losses: Numbers
    """(n,)"""


def fit_best(
    features: Numbers, targets: Numbers, *, fit: Fit, says: Says, losses: Losses, seed: int
) -> Served:
    """Fit with the penalty of least out-of-fold loss; a more eager one must be clearly better."""
    folds = _folds(len(features), seed)
    trials = []
    for inverse_penalty in INVERSE_PENALTIES:
        said = _said(features, targets, folds, fit=fit, says=says, inverse_penalty=inverse_penalty)
        trials.append((inverse_penalty, said, losses(said, targets)))
    penalty, said, lost = reduce(
        lambda best, each: each if clearly_better(each[2], best[2]) else best, trials
    )
    return Served(fit(features, targets, penalty), said, lost)


def _folds(count: int, seed: int) -> Indexes:
    return np.random.default_rng(seed).permutation(count) % min(FOLDS, count)


def _said(
    features: Numbers,
    targets: Numbers,
    folds: Indexes,
    *,
    fit: Fit,
    says: Says,
    inverse_penalty: float,
) -> Numbers:
    parts: list[tuple[Indexes, Numbers]] = []
    for fold in np.unique(folds):
        asked = folds == fold
        parameters = fit(features[~asked], targets[~asked], inverse_penalty)
        parts.append((np.flatnonzero(asked), says(parameters, features[asked])))
    said = np.empty((len(features), parts[0][1].shape[1]))
    for rows, probabilities in parts:
        said[rows] = probabilities
    return said


def minimised(loss: Callable[[Numbers], tuple[float, Numbers]], start: Numbers) -> Numbers:
    """The least of a smooth loss that is given with its slope, by L-BFGS, in one thread."""
    with threadpool_limits(limits=1):
        found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": MOST_STEPS})
    return np.asarray(found.x)


def chosen_losses(probabilities: Numbers, targets: Numbers) -> Numbers:
    """Negative log of the probability of each row's class, (n,)."""
    chosen = probabilities[np.arange(len(targets)), targets.astype(int)]
    return np.asarray(-np.log(np.maximum(chosen, 1e-12)))


def logistic(values: Numbers) -> Numbers:
    """1 / (1 + e^-x), without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * values)))
