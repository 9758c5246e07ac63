"""Agreement against the published numbers and against another implementation."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations
from typing import Literal

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.agreement import (
    Distance,
    bootstrap_interval,
    interval_difference,
    krippendorff_alpha,
    nominal_difference,
    observed_agreement,
    ordinal_difference,
    ratio_difference,
    units_of,
)
from labeling.votes import Vote
from tests.labeling.samples import calmly, seeded

# Krippendorff (2011), parts A, B and C; None where an observer did not see the unit.
BINARY = ["0100000010", "1110010000"]
NOMINAL = ["aabbdcccedda", "babbbccceddd"]
MISSING = ["123321412...", "1233224125.3", ".3332342251.", "12332441251."]


def units_from(rows: Sequence[str]) -> list[list[str]]:
    return [[value for value in column if value != "."] for column in zip(*rows, strict=True)]


def numbers_from(rows: Sequence[str]) -> list[list[int]]:
    return [[int(value) for value in unit] for unit in units_from(rows)]


def test_two_observers_with_binary_data_as_published() -> None:
    assert krippendorff_alpha(units_from(BINARY), nominal_difference) == Fraction(8, 84)
    assert round(8 / 84, 3) == 0.095
    assert observed_agreement(units_from(BINARY), nominal_difference) == Fraction(6, 10)


def test_two_observers_with_nominal_data_as_published() -> None:
    alpha = krippendorff_alpha(units_from(NOMINAL), nominal_difference)
    assert isinstance(alpha, Fraction)
    assert round(float(alpha), 3) == 0.692


@pytest.mark.parametrize(
    ("difference", "published"),
    [
        (nominal_difference, 0.743),
        (ordinal_difference(numbers_from(MISSING)), 0.815),
        (interval_difference, 0.849),
        (ratio_difference, 0.797),
    ],
)
def test_many_observers_with_missing_data_as_published(
    difference: Distance[int], published: float
) -> None:
    alpha = krippendorff_alpha(numbers_from(MISSING), difference)
    assert isinstance(alpha, Fraction)
    assert round(float(alpha), 3) == published


tables = st.lists(
    st.lists(st.none() | st.integers(1, 5), min_size=3, max_size=3), min_size=2, max_size=12
)


@calmly
@given(table=tables)
def test_alpha_equals_that_of_the_krippendorff_package(table: list[list[int | None]]) -> None:
    units = [[value for value in row if value is not None] for row in table]
    paired = [value for unit in units if len(unit) > 1 for value in unit]
    if len(set(paired)) < 2:
        assert krippendorff_alpha(units, nominal_difference) is None
        return
    data = np.array([[np.nan if v is None else float(v) for v in row] for row in table]).T
    levels: dict[Literal["nominal", "ordinal", "interval", "ratio"], Distance[int]] = {
        "nominal": nominal_difference,
        "ordinal": ordinal_difference(units),
        "interval": interval_difference,
        "ratio": ratio_difference,
    }
    for level, difference in levels.items():
        ours = krippendorff_alpha(units, difference)
        theirs = krippendorff.alpha(reliability_data=data, level_of_measurement=level)
        assert ours is not None
        assert float(ours) == pytest.approx(theirs, abs=1e-9)


def test_perfect_agreement_is_one_and_does_not_hang_on_the_order_of_workers() -> None:
    assert krippendorff_alpha([[1, 1], [2, 2, 2]], interval_difference) == 1
    units = [[1, 2, 2], [3, 1], [2, 2]]
    alphas = {
        krippendorff_alpha([list(order), *units[1:]], nominal_difference)
        for order in permutations(units[0])
    }
    assert len(alphas) == 1


def test_nothing_can_be_said_without_pairs_or_without_variation() -> None:
    for units in ([], [[1], [2]], [[3, 3], [3, 3]]):
        assert krippendorff_alpha(units, nominal_difference) is None
        assert bootstrap_interval(units, nominal_difference, rng=seeded(1)) is None
    assert observed_agreement([[1], []], nominal_difference) is None
    assert observed_agreement([[3, 3]], nominal_difference) == 1


def test_distances_that_are_not_rational_give_a_float() -> None:
    alpha = krippendorff_alpha([[1, 2], [4, 8], [1, 1]], lambda a, b: abs(a - b) / 7)
    scaled = krippendorff_alpha([[1, 2], [4, 8], [1, 1]], lambda a, b: abs(a - b))
    assert isinstance(alpha, float)
    assert isinstance(scaled, Fraction)
    assert alpha == pytest.approx(float(scaled))


def test_observed_agreement_and_alpha_fit_together() -> None:
    units = numbers_from(MISSING)
    values = [value for unit in units if len(unit) > 1 for value in unit]
    pairs = [(a, b) for i, a in enumerate(values) for j, b in enumerate(values) if i != j]
    expected = Fraction(sum(nominal_difference(a, b) for a, b in pairs), len(pairs))
    observed = observed_agreement(units, nominal_difference)
    assert observed is not None
    assert krippendorff_alpha(units, nominal_difference) == 1 - (1 - observed) / expected


def noisy_units(count: int, seed: int) -> list[list[int]]:
    rng = seeded(seed)
    truths = [rng.randrange(1000) for _ in range(count)]
    return [[truth + rng.randrange(-40, 41) for _ in range(3)] for truth in truths]


def test_the_estimate_for_many_labels_is_close_and_always_the_same() -> None:
    units = noisy_units(120, seed=3)
    exact = krippendorff_alpha(units, interval_difference)
    rough = krippendorff_alpha(units, interval_difference, most_pairs=3_000)
    assert exact is not None
    assert rough is not None
    assert exact != rough
    assert float(rough) == pytest.approx(float(exact), abs=0.01)
    assert rough == krippendorff_alpha(units, interval_difference, most_pairs=3_000)


def test_the_estimate_does_not_depend_on_a_period_in_the_order_of_the_items() -> None:
    # Half way round stands an item like this one: steps would find no difference at all.
    units = [[at % 100, at % 100 + 1] for at in range(2000)]
    exact = krippendorff_alpha(units, interval_difference)
    rough = krippendorff_alpha(units, interval_difference, most_pairs=3_000)
    assert exact is not None
    assert rough is not None
    assert float(rough) == pytest.approx(float(exact), abs=0.001)


def test_the_interval_holds_alpha_and_narrows_with_more_items() -> None:
    widths = []
    for count in (20, 200):
        units = [[value // 250 for value in unit] for unit in noisy_units(count, seed=5)]
        alpha = krippendorff_alpha(units, nominal_difference)
        interval = bootstrap_interval(units, nominal_difference, rng=seeded(7), rounds=300)
        assert interval is not None
        assert alpha is not None
        low, high = interval
        assert low <= alpha <= high
        assert interval == bootstrap_interval(units, nominal_difference, rng=seeded(7), rounds=300)
        widths.append(high - low)
    assert widths[1] < widths[0] / 2


def test_the_interval_with_a_kept_expectation_is_close_to_the_full_one() -> None:
    units = noisy_units(60, seed=9)
    full = bootstrap_interval(units, interval_difference, rng=seeded(1), rounds=300)
    kept = bootstrap_interval(units, interval_difference, rng=seeded(1), rounds=300, most_pairs=99)
    assert full is not None
    assert kept is not None
    assert kept == pytest.approx(full, abs=0.03)


def test_the_95_percent_interval_covers_the_truth_about_so_often() -> None:
    truth = krippendorff_alpha(
        [[v // 250 for v in u] for u in noisy_units(2000, 0)], nominal_difference
    )
    assert truth is not None
    hits = 0
    for seed in range(1, 61):
        units = [[value // 250 for value in unit] for unit in noisy_units(50, seed)]
        interval = bootstrap_interval(units, nominal_difference, rng=seeded(seed), rounds=200)
        assert interval is not None
        hits += interval[0] <= truth <= interval[1]
    assert 50 <= hits <= 60


def test_votes_are_grouped_by_item() -> None:
    votes = [Vote("i", "w", "a"), Vote("j", "w", "b"), Vote("i", "v", "c")]
    assert units_of(votes) == [["a", "c"], ["b"]]
