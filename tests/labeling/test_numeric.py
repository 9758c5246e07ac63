"""Numbers of several workers: bias, gain and spread."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.ballots import Floats
from labeling.numeric import Numbers, fit_numbers, item_medians
from tests.labeling.samples import calmly


def numbers_of(items: object, workers: object, values: object, shape: tuple[int, int]) -> Numbers:
    return Numbers(
        items=np.asarray(items, dtype=np.int64),
        workers=np.asarray(workers, dtype=np.int64),
        values=np.asarray(values, dtype=float),
        item_count=shape[0],
        worker_count=shape[1],
    )


def measured(seed: int, per_item: int = 3) -> tuple[Numbers, Floats]:
    """Return 200 items and 10 workers: fine ones, biased ones, one that says the same always."""
    chance = np.random.default_rng(seed)
    truth = chance.normal(50, 20, 200)
    bias = np.array([0, 0, 0, 0, 15, -15, 0, 0, 10, 40.0])
    gain = np.array([1, 1, 1, 1, 1, 1, 0.5, 1, 1, 0.0])
    spread = np.array([3, 3, 5, 5, 3, 3, 5, 25, 25, 0.1])
    items = np.repeat(np.arange(200), per_item)
    workers = np.concatenate([chance.choice(10, per_item, replace=False) for _ in range(200)])
    values = (
        50
        + bias[workers]
        + gain[workers] * (truth[items] - 50)
        + chance.normal(0, 1, len(items)) * spread[workers]
    )
    return numbers_of(items, workers, values, (200, 10)), truth


def error(found: Floats, truth: Floats) -> float:
    return float(np.sqrt(np.mean((found - truth) ** 2)))


@pytest.mark.parametrize("seed", range(4))
def test_workers_are_measured_and_their_numbers_put_right(seed: int) -> None:
    numbers, truth = measured(seed)
    fit = fit_numbers(numbers)
    mean = np.bincount(numbers.items, numbers.values) / 3
    assert error(fit.values, truth) < 0.65 * error(mean, truth)
    assert error(fit.values, truth) < 0.65 * error(item_medians(numbers), truth)
    assert fit.bias[4] - fit.bias[0] == pytest.approx(15, abs=6)
    assert fit.gain[9] < 0.4
    assert fit.gain[0] > 0.7
    assert fit.spread[7] > 2 * fit.spread[0]


@pytest.mark.parametrize(("factor", "shift"), [(1e-6, 0.0), (1e6, -3e6), (-2.0, 7.0)])
def test_another_unit_gives_the_same_values_in_it(factor: float, shift: float) -> None:
    numbers, _ = measured(0)
    other = numbers_of(numbers.items, numbers.workers, factor * numbers.values + shift, (200, 10))
    expected = factor * fit_numbers(numbers).values + shift
    assert fit_numbers(other).values == pytest.approx(expected)


def test_few_numbers_give_the_median_and_missing_ones_the_mean() -> None:
    few = numbers_of([0, 0, 0, 1, 1], [0, 1, 2, 0, 1], [1, 2, 60, 4, 8], (3, 3))
    fit = fit_numbers(few)
    assert fit.values.tolist() == [2, 6, 4]
    assert fit_numbers(numbers_of([], [], [], (2, 2))).values.tolist() == [0, 0]
    same = numbers_of(np.arange(100) % 10, np.arange(100) // 10, np.full(100, 7.0), (10, 10))
    assert fit_numbers(same).values.tolist() == [7.0] * 10
    with pytest.raises(ValueError, match="finite"):
        fit_numbers(numbers_of([0], [0], [float("nan")], (1, 1)))


@settings(calmly, max_examples=60)
@given(seed=st.integers(0, 10_000), most=st.sampled_from([0, 1, 3, 1e9]))
def test_the_order_of_items_and_workers_changes_nothing_and_all_is_finite(
    seed: int, most: float
) -> None:
    chance = np.random.default_rng(seed)
    items, workers = chance.integers(0, 30, 120), chance.integers(0, 6, 120)
    values = np.round(chance.random(120) * most)
    numbers = numbers_of(items, workers, values, (32, 7))
    fit = fit_numbers(numbers)
    for found in (fit.values, fit.deviation, fit.bias, fit.gain, fit.spread):
        assert np.isfinite(found).all()
    assert (fit.deviation >= 0).all()
    order, rename, people = chance.permutation(120), chance.permutation(32), chance.permutation(7)
    turned = fit_numbers(
        numbers_of(rename[items[order]], people[workers[order]], values[order], (32, 7))
    )
    assert turned.values[rename] == pytest.approx(fit.values)
    assert turned.gain[people] == pytest.approx(fit.gain)
