"""Ratings: one direction in the vector space, and a threshold between each two steps.

Proportional odds: P(step <= k) = s(t_k - w x) for the logistic function s and rising thresholds t
(McCullagh 1980, "Regression models for ordinal data"), with a Gaussian penalty on w.
"""

import numpy as np

from models_assist.calibrate import Numbers
from models_assist.out_of_fold import logistic, minimised

_GAP_PENALTY = 0.05
"""Keeps a threshold between steps that nobody has used yet from running away."""


def fit_ordinal(
    features: Numbers, targets: Numbers, inverse_penalty: float, steps: int
) -> Numbers:
    """Return the parameters (D + steps - 1,): the direction, the first threshold, log gaps."""
    width, steps_of = features.shape[1], targets.astype(int)

    def loss(flat: Numbers) -> tuple[float, Numbers]:
        direction, raw = flat[:width], flat[width:]
        upper, lower = _bounds(features @ direction, _thresholds(raw), steps_of)
        share = np.maximum(upper - lower, 1e-12)
        slope_of_score = 1.0 - upper - lower
        slopes = np.zeros(steps)
        np.add.at(slopes, steps_of, -upper * (1 - upper) / share)
        np.add.at(slopes, steps_of - 1, lower * (1 - lower) / share)
        # Index -1, of the lowest step, and the last stand for thresholds at infinity: slope 0.
        later = np.cumsum(slopes[:-1][::-1])[::-1]
        of_raw = np.concatenate([later[:1], later[1:] * np.exp(raw[1:])])
        of_raw[1:] += _GAP_PENALTY * raw[1:]
        value = -np.log(share).sum() + 0.5 * (direction @ direction) / inverse_penalty
        value += 0.5 * _GAP_PENALTY * (raw[1:] @ raw[1:])
        of_direction = features.T @ slope_of_score + direction / inverse_penalty
        return float(value), np.concatenate([of_direction, of_raw])

    start = np.zeros(width + steps - 1)
    start[width] = -(steps - 2) / 2
    return minimised(loss, start)


def ordinal_shares(parameters: Numbers, features: Numbers) -> Numbers:
    """Return the probability of each step, (n, steps)."""
    width = features.shape[1]
    below = logistic(
        _thresholds(parameters[width:])[None, :] - (features @ parameters[:width])[:, None]
    )
    edges = np.hstack([np.zeros((len(below), 1)), below, np.ones((len(below), 1))])
    return np.diff(edges, axis=1)


def median_steps(shares: Numbers) -> Numbers:
    """Return the step of each row that costs least in expectation where a miss costs its
    distance: the median, (n,)."""
    return np.asarray((np.cumsum(shares, axis=1) < 0.5).sum(axis=1).clip(max=shares.shape[1] - 1))


def _thresholds(raw: Numbers) -> Numbers:
    gaps = np.exp(np.clip(raw[1:], -20.0, 20.0))
    return np.asarray(raw[0] + np.concatenate([[0.0], np.cumsum(gaps)]))


def _bounds(scores: Numbers, thresholds: Numbers, steps: Numbers) -> tuple[Numbers, Numbers]:
    """P(at most the row's step) and P(below it), (n,) each."""
    edges = np.concatenate([[-np.inf], thresholds, [np.inf]])
    places = steps.astype(int)
    return logistic(edges[places + 1] - scores), logistic(edges[places] - scores)
