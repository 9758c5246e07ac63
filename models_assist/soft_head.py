"""A head that learns from doubtful labels: logistic regression on what the crowd believes."""

from typing import Any, TypeAlias

import numpy as np
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from models_assist.calibrate import Indexes, Numbers

Rows: TypeAlias = Any
"""A vector an item, (n, D): an array, or a sparse one where most numbers are 0."""

INVERSE_PENALTY = 1.0
MOST_STEPS = 40
FOLDS = 3


def fit_soft_head(vectors: Rows, beliefs: Numbers, weights: Numbers) -> Numbers:
    """Return the (D + 1, K) weights, the intercept last, that fit beliefs (n, K) best.

    Multinomial logistic regression with soft targets and an L2 penalty of
    1 / (2 n INVERSE_PENALTY), by L-BFGS (Hastie, Tibshirani & Friedman 2009, section 4.4).
    """
    shape = (vectors.shape[1] + 1, beliefs.shape[1])
    share = weights / weights.sum()
    penalty = 1.0 / (INVERSE_PENALTY * vectors.shape[0])

    def loss(flat: Numbers) -> tuple[float, Numbers]:
        found = flat.reshape(shape)
        logs = _log_shares(vectors @ found[:-1] + found[-1])
        misfit = share[:, None] * (np.exp(logs) - beliefs)
        slope = np.vstack([vectors.T @ misfit + penalty * found[:-1], misfit.sum(axis=0)])
        value = -(share[:, None] * beliefs * logs).sum()
        return float(value + 0.5 * penalty * (found[:-1] ** 2).sum()), slope.ravel()

    with threadpool_limits(limits=1):
        fitted = minimize(
            loss,
            np.zeros(shape[0] * shape[1]),
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": MOST_STEPS},
        )
    return np.asarray(fitted.x.reshape(shape))


def out_of_fold_beliefs(
    vectors: Rows, beliefs: Numbers, weights: Numbers, rows: Indexes, folds: Indexes
) -> Numbers:
    """Return what heads fitted on `rows` of the other folds say of every item, (n, K).

    No item is shown its own label.
    """
    said = np.full(beliefs.shape, 1.0 / beliefs.shape[1])
    for fold in range(FOLDS):
        taught = rows[folds[rows] != fold]
        asked = folds == fold
        if len(taught) >= 2 * beliefs.shape[1]:
            head = fit_soft_head(vectors[taught], beliefs[taught], weights[taught])
            said[asked] = np.exp(_log_shares(vectors[asked] @ head[:-1] + head[-1]))
    return said


def _log_shares(logits: Numbers) -> Numbers:
    shifted = logits - logits.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))
