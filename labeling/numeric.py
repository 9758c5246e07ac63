"""Numbers that several workers gave: the value of each item, and how each worker measures.

Worker j is an instrument with a bias, a gain and a spread. Two-way models with a bias alone trust
most who always says the same, since such a worker never strays; the gain finds that out.
"""

from dataclasses import dataclass

import numpy as np

from labeling.ballots import Floats, Integers

SWEEPS = 20
SPREAD_NUMBERS = 20.0
"""The spread of all workers together counts as so many numbers of one worker."""
GAIN_NUMBERS = 20.0
"""That a worker says what is, and not half of it, counts as so many numbers."""
BIAS_NUMBERS = 5.0
"""That a worker has no bias counts as so many numbers."""
FEWEST_NUMBERS = 50
"""With fewer in all nobody can be told apart: then the median of each item."""
LEAST = 1e-9
"""No spread is less, in shares of the spread of all numbers."""


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """V numbers on `item_count` items by `worker_count` workers, in three columns (V,)."""

    items: Integers
    workers: Integers
    values: Floats
    item_count: int
    worker_count: int


@dataclass(frozen=True, kw_only=True)
class NumberFit:
    """The items and the workers, in the unit of the numbers."""

    values: Floats
    """(items,): the expected value; without numbers, the mean of all items."""
    deviation: Floats
    """(items,): the standard deviation of what it may be."""
    bias: Floats
    """(workers,): how much too high, at the mean of all items."""
    gain: Floats
    """(workers,): by how much the worker's number rises when the value rises by 1."""
    spread: Floats
    """(workers,): the standard deviation about that line."""


def fit_numbers(numbers: Numbers) -> NumberFit:
    """Fit items and workers together, by EM.

    y_ij = m + b_j + g_j (x_i - m) + e, e ~ N(0, s_j^2), x_i ~ N(m, v): factor analysis with one
    factor and missing values (Rubin & Thayer 1982, "EM algorithms for ML factor analysis"), the
    gain drawn to 1, the bias to 0 and s_j to that of all. The value of an item is then the mean of
    its numbers, each less its bias, weighted by g_j^2 / s_j^2, and drawn to m. Raises ValueError
    for what is no finite number. Rescaling or shifting all numbers rescales or shifts the values.
    """
    if not np.isfinite(numbers.values).all():
        raise ValueError("a number is not finite")
    scale = float(numbers.values.std()) if len(numbers.values) else 0.0
    if len(numbers.values) < FEWEST_NUMBERS or scale <= LEAST * np.abs(numbers.values).max():
        return _of_equals(numbers, scale)
    centre = float(numbers.values.mean())
    return _scaled(_fit(numbers, (numbers.values - centre) / scale), centre, scale)


def item_medians(numbers: Numbers) -> Floats:
    """Return the median (items,) of the numbers on each item, NaN where there are none."""
    order = np.lexsort((numbers.values, numbers.items))
    values = numbers.values[order]
    counts = np.bincount(numbers.items, minlength=numbers.item_count)
    starts = np.concatenate([[0], counts.cumsum()[:-1]])
    medians = np.full(numbers.item_count, np.nan)
    some = counts > 0
    low, high = starts + (counts - 1) // 2, starts + counts // 2
    medians[some] = (values[low[some]] + values[high[some]]) / 2.0
    return medians


def _of_equals(numbers: Numbers, scale: float) -> NumberFit:
    medians = item_medians(numbers)
    seen = np.isfinite(medians)
    mean = float(medians[seen].mean()) if seen.any() else 0.0
    counts = np.bincount(numbers.items, minlength=numbers.item_count)
    return NumberFit(
        values=np.where(seen, medians, mean),
        deviation=scale / np.sqrt(np.maximum(counts, 1)),
        bias=np.zeros(numbers.worker_count),
        gain=np.ones(numbers.worker_count),
        spread=np.full(numbers.worker_count, scale),
    )


def _fit(numbers: Numbers, said: Floats) -> NumberFit:
    """Fit numbers (V,) that have mean 0 and deviation 1."""
    items, workers = numbers.items, numbers.workers
    shape = (numbers.item_count, numbers.worker_count)
    given = np.bincount(workers, minlength=shape[1])
    seen = np.bincount(items, minlength=shape[0])
    value = np.bincount(items, said, shape[0]) / np.maximum(seen, 1)
    doubt: Floats = np.zeros(shape[0])
    bias: Floats = np.zeros(shape[1])
    gain: Floats = np.ones(shape[1])
    spread: Floats = np.ones(shape[1])
    mean, varies = float(value[seen > 0].mean()), max(float(value[seen > 0].var()), LEAST)
    for _ in range(SWEEPS):
        from_mean, told = (value - mean)[items], said - mean
        square = np.bincount(workers, from_mean**2 + doubt[items], shape[1])
        product = np.bincount(workers, from_mean * (told - bias[workers]), shape[1])
        prior = GAIN_NUMBERS * varies
        gain = np.asarray((product + prior) / (square + prior))
        off = np.bincount(workers, told - gain[workers] * from_mean, shape[1])
        bias = off / (given + BIAS_NUMBERS)
        left = told - bias[workers] - gain[workers] * from_mean
        error = left**2 + gain[workers] ** 2 * doubt[items]
        total = np.bincount(workers, error, shape[1]) + SPREAD_NUMBERS * error.mean()
        spread = np.maximum(total / (given + SPREAD_NUMBERS), LEAST)
        weight = gain[workers] / spread[workers]
        told_of = np.bincount(items, weight * gain[workers], shape[0])
        doubt = np.asarray(1.0 / (told_of + 1.0 / varies))
        value = mean + doubt * np.bincount(items, weight * (told - bias[workers]), shape[0])
        mean = float(value[seen > 0].mean())
        varies = max(float(((value - mean) ** 2 + doubt)[seen > 0].mean()), LEAST)
    return NumberFit(
        values=np.where(seen > 0, value, mean),
        deviation=np.sqrt(doubt),
        bias=bias,
        gain=gain,
        spread=np.sqrt(spread),
    )


def _scaled(fit: NumberFit, centre: float, scale: float) -> NumberFit:
    return NumberFit(
        values=centre + scale * fit.values,
        deviation=scale * fit.deviation,
        bias=scale * fit.bias,
        gain=fit.gain,
        spread=scale * fit.spread,
    )
