"""Drift: quiet where nothing changed, loud where it did, and the tail of chi-squared."""

from collections import Counter

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from labeling.drift import (
    FEWEST,
    RISK,
    chi_squared_tail,
    farthest_along,
    label_drift,
    vector_drift,
)


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 7, 30, 101])
@pytest.mark.parametrize("value", [0.0, 1e-9, 0.3, 2.0, 11.0, 60.0, 900.0])
def test_the_tail_is_that_of_chi_squared(value: float, freedom: int) -> None:
    assert chi_squared_tail(value, freedom) == pytest.approx(
        stats.chi2.sf(value, freedom), rel=1e-9, abs=1e-12
    )


def test_g_is_that_of_the_literature() -> None:
    found = label_drift({"a": 40, "b": 60, "c": 20}, {"a": 80, "b": 40, "d": 5})
    assert found is not None
    table = [[40, 60, 20, 0], [80, 40, 0, 5]]
    g, p, *_ = stats.chi2_contingency(table, lambda_="log-likelihood", correction=False)
    assert [found.g, found.p] == pytest.approx([g, p])
    assert found.risen == ["a", "d"]
    assert found.is_drifting


def test_equal_shares_do_not_drift_and_few_items_say_nothing() -> None:
    found = label_drift({"a": 100, "b": 300}, {"a": 50, "b": 150})
    assert found is not None
    assert [found.g, found.p] == pytest.approx([0, 1], abs=1e-9)
    assert not found.is_drifting
    assert label_drift({"a": FEWEST - 1}, {"a": 500}) is None
    assert label_drift({}, {}) is None
    only = label_drift({"a": FEWEST}, {"a": FEWEST})
    assert only is not None
    assert (only.p, only.is_drifting) == (1.0, False)


def test_a_small_change_among_many_is_significant_and_no_drift() -> None:
    found = label_drift({"a": 5000, "b": 5000}, {"a": 5500, "b": 4500})
    assert found is not None
    assert found.p < RISK
    assert not found.is_drifting


def units(rng: np.random.Generator, count: int, towards: float = 0.0) -> NDArray[np.float32]:
    rows = rng.normal(size=(count, 32))
    rows[:, 0] += towards
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def test_vectors_of_one_kind_hardly_ever_drift() -> None:
    rng = np.random.default_rng(1)
    found = [vector_drift(units(rng, 300), units(rng, 200)) for _ in range(300)]
    p = np.array([each.p for each in found if each is not None])
    assert len(p) == 300
    assert np.mean(p < 0.05) == pytest.approx(0.05, abs=0.035)
    assert not any(each is not None and each.is_drifting for each in found)


def test_vectors_of_another_kind_drift_and_the_farthest_come_first() -> None:
    rng = np.random.default_rng(2)
    before = units(rng, 300)
    now = np.concatenate([units(rng, 100), units(rng, 100, towards=6.0)])
    found = vector_drift(before, now)
    assert found is not None
    assert found.is_drifting
    assert found.distance > 0.2
    assert set(farthest_along(before, now)[:50]) <= set(range(100, 200))


def test_few_or_equal_vectors_say_nothing() -> None:
    rng = np.random.default_rng(3)
    assert vector_drift(units(rng, FEWEST - 1), units(rng, 500)) is None
    same = np.full((FEWEST, 4), 0.5, dtype=np.float32)
    found = vector_drift(same, same)
    assert found is not None
    assert (found.p, found.is_drifting) == (0.5, False)
    assert Counter(farthest_along(same, same)) == Counter(range(FEWEST))
