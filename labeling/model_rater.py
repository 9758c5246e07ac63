"""The model as a rater: its forecast is a prior of each item, as far as it has been right."""

import numpy as np

from labeling.aggregation import softmax
from labeling.ballots import Floats

EXPONENTS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5)
LOWEST_SHARE = 1e-4
FEWEST_ITEMS = 30
"""With fewer items that have both votes and a forecast nobody can say what the model is worth."""


def fit_exponent(forecasts: Floats, posterior: Floats, weights: Floats | None = None) -> float:
    """Return the exponent t of forecasts (n, K) that the votes' posterior makes likeliest.

    The forecast f becomes the prior f^t / Z: 1 takes it at its word, less makes a boaster modest,
    and 0 switches a useless model off: a logarithmic opinion pool (Genest & Zidek 1986,
    "Combining probability distributions"). Of use is who beats the base rates by more than a
    standard error (Breiman et al. 1984, "Classification and Regression Trees", section 3.4.3).
    `posterior` (n, K) must come from people alone who did not see the forecast.
    """
    if len(forecasts) < FEWEST_ITEMS:
        return 0.0
    counts = np.ones(len(forecasts)) if weights is None else weights
    logs = np.log(np.maximum(forecasts, LOWEST_SHARE))

    # The base rates are there without any model, so that is what it has to beat.
    shares = np.average(posterior, axis=0, weights=counts)
    without = np.log(np.maximum(shares, LOWEST_SHARE))

    def gains(exponent: float) -> Floats:
        prior = np.log(softmax(exponent * logs))
        return np.asarray(counts * (posterior * (prior - without)).sum(axis=1))

    best = max(EXPONENTS, key=lambda exponent: float(gains(exponent).sum()))
    found = gains(best)
    return best if found.mean() > found.std() / np.sqrt(len(found)) else 0.0


def log_priors(forecasts: Floats, exponent: float) -> Floats:
    """Return log f^t / Z, (n, K)."""
    return np.asarray(np.log(softmax(exponent * np.log(np.maximum(forecasts, LOWEST_SHARE)))))


def certainty(posterior: Floats) -> Floats:
    """Return how much each row of a posterior (n, K) has to teach a model, 0.02..1."""
    classes = posterior.shape[1]
    above_chance = (posterior.max(axis=1) - 1.0 / classes) * classes / max(classes - 1, 1)
    return np.asarray(np.maximum(above_chance, 0.02))
