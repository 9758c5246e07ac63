"""Figures read from counters: against published numbers, other implementations and a scan."""

import math
from collections.abc import Hashable, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any, Literal

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.agreement import (
    krippendorff_alpha,
    nominal_difference,
    observed_agreement,
    ordinal_difference,
)
from labeling.agreement_counts import (
    AgreementCounts,
    AgreementFigures,
    Measure,
    count_items,
)
from labeling.agreement_measure import UNIT
from tests.labeling.agreement_samples import (
    ABSTRACTORS,
    CHOICE,
    EVERY,
    FIVE,
    FLEISS,
    MASI,
    MISSING,
    RATING,
    SETS,
    choice,
    columns,
    count,
    every_type,
    items_from,
    noisy_choices,
    random_items,
)
from tests.labeling.samples import calmly

units_of_values = st.lists(st.lists(st.integers(1, 4), max_size=4), max_size=12)


def test_alpha_of_nominal_and_ordinal_labels_as_published_by_krippendorff() -> None:
    nominal = count(columns(MISSING), FIVE).alpha()
    ordinal = count([[int(v) for v in unit] for unit in columns(MISSING)], RATING).alpha()
    assert nominal == Fraction(113, 152)
    assert ordinal is not None
    assert (round(float(nominal), 3), round(float(ordinal), 3)) == (0.743, 0.815)


def published(units: Sequence[Sequence[Any]], measure: Measure) -> tuple[float, float]:
    counts = count(units, measure)
    ac1, alpha = counts.ac1(), counts.alpha()
    assert isinstance(ac1, Fraction)
    assert isinstance(alpha, Fraction)
    return float(ac1), float(alpha)


def test_ac1_with_missing_labels_as_published_by_gwet() -> None:
    """irrCAC 1.0 (Gwet's own R package), README: gwet.ac1.raw and krippen.alpha.raw."""
    assert published(columns(MISSING), FIVE) == pytest.approx((0.77544, 0.74342), abs=5e-6)


def test_ac1_of_six_psychiatrists_as_published_by_gwet() -> None:
    """irrCAC 1.0, README: gwet.ac1.dist and krippen.alpha.dist of distrib.6raters."""
    found = published(FLEISS, choice(*"abcde"))
    assert found == pytest.approx((0.4448007, 0.4204384), abs=5e-8)


def test_ac1_of_two_abstractors_as_published_by_gwet() -> None:
    """irrCAC 1.0, README: gwet.ac1.table and krippen2.table of cont3x3abstractors."""
    units = [list(said) for said, times in ABSTRACTORS.items() for _ in range(times)]
    found = published(units, choice("ectopic", "aiu", "niu"))
    assert found == pytest.approx((0.8493305, 0.7972585), abs=5e-8)
    assert count(units, choice("ectopic", "aiu", "niu")).observed() == Fraction(89, 100)


@calmly
@given(units=units_of_values)
def test_counters_give_the_fractions_of_a_scan_and_the_numbers_of_the_package(
    units: list[list[int]],
) -> None:
    ranks = ordinal_difference(units)
    nominal = count([[str(v) for v in unit] for unit in units], FIVE)
    ordinal = count(units, RATING)
    assert nominal.alpha() == krippendorff_alpha(units, nominal_difference)
    assert ordinal.alpha() == krippendorff_alpha(units, ranks)
    assert nominal.observed() == observed_agreement(units, nominal_difference)
    assert ordinal.observed() == observed_agreement(units, lambda a, b: Fraction(abs(a - b), 4))
    levels: list[tuple[Literal["nominal", "ordinal"], AgreementCounts]] = [
        ("nominal", nominal),
        ("ordinal", ordinal),
    ]
    for level, counts in levels:
        alpha = counts.alpha()
        if alpha is not None:
            table = np.array([[unit.count(value) for value in range(1, 6)] for unit in units])
            theirs = krippendorff.alpha(value_counts=table, level_of_measurement=level)
            assert float(alpha) == pytest.approx(theirs, abs=1e-9)


@calmly
@given(units=units_of_values)
def test_ac1_is_that_of_its_definition(units: list[list[int]]) -> None:
    judged = [unit for unit in units if unit]
    paired = [list(combinations(unit, 2)) for unit in judged if len(unit) > 1]
    ac1 = count([[str(v) for v in unit] for unit in units], FIVE).ac1()
    if not paired:
        assert ac1 is None
        return
    same = sum(Fraction(sum(a == b for a, b in pairs), len(pairs)) for pairs in paired)
    shares = [
        sum(Fraction(unit.count(value), len(unit)) for unit in judged) / len(judged)
        for value in range(1, 6)
    ]
    chance = sum(share * (1 - share) for share in shares) / 4
    assert ac1 == (same / len(paired) - chance) / (1 - chance)


@pytest.mark.parametrize("measure", [SETS, MASI])
@calmly
@given(data=st.data())
def test_sets_of_few_categories_give_exact_fractions(
    measure: Measure, data: st.DataObject
) -> None:
    values = [(), ("a",), ("b",), ("a", "b"), ("a", "c"), ("a", "b", "c")]
    units = data.draw(st.lists(st.lists(st.sampled_from(values), max_size=4), max_size=8))

    def by_hand(a: tuple[str, ...], b: tuple[str, ...]) -> Fraction:
        one, other = set(a), set(b)
        shared, union = len(one & other), len(one | other)
        inside = one <= other or other <= one
        if measure is SETS or one == other:
            return Fraction(union - shared, union or 1)
        return 1 - Fraction(shared, union) * Fraction(2 if inside else 1, 3)

    counts = count(units, measure)
    assert counts.alpha() == krippendorff_alpha(units, by_hand)
    assert counts.observed() == observed_agreement(units, by_hand)


@pytest.mark.parametrize("kind", ["many choices", "text", "spans", "boxes"])
def test_few_labels_that_are_not_counted_give_the_alpha_of_a_scan(kind: str) -> None:
    measure = EVERY[kind][0]

    def distance(a: Hashable, b: Hashable) -> float:
        return measure.label_type.distance(a, b, measure.question)

    items = random_items(kind, 20, seed=4)
    counts = count_items(items, measure)
    units = [labels for _, labels in items]
    assert not measure.is_counted
    assert counts.alpha() == pytest.approx(krippendorff_alpha(units, distance), abs=20 / UNIT)
    assert counts.observed() == pytest.approx(observed_agreement(units, distance), abs=20 / UNIT)


def numbers_in(figures: AgreementFigures) -> list[float]:
    intervals = [*(figures.alpha_interval or ()), *(figures.ac1_interval or ())]
    single = (figures.observed, figures.alpha, figures.ac1)
    return [float(value) for value in (*single, *intervals) if value is not None]


@every_type
def test_where_nothing_can_be_said_nothing_is_said(kind: str) -> None:
    measure, labels = EVERY[kind]
    first = labels[0]
    nothing: list[list[list[Any]]] = [[], [[]], [[first]], [[first], [labels[1]]]]
    for units in nothing:
        figures = count(units, measure).figures()
        assert numbers_in(figures) == []
        assert figures.items == figures.judgments == 0
    unanimous = count([[first, first], [first] * 3], measure).figures()
    assert unanimous.observed == 1
    assert unanimous.alpha is None
    assert unanimous.alpha_interval is None
    one_item = count([labels[:2]], measure).figures()
    assert one_item.alpha == 0
    assert one_item.alpha_interval is None


@every_type
@settings(calmly, max_examples=12)
@given(seed=st.integers(0, 10_000), items=st.integers(0, 12))
def test_every_figure_is_a_number_of_at_most_one(kind: str, seed: int, items: int) -> None:
    figures = count_items(random_items(kind, items, seed), EVERY[kind][0]).figures()
    found = numbers_in(figures)
    assert all(math.isfinite(value) and value <= 1 for value in found)


def test_all_disagree() -> None:
    figures = count([["a", "b", "c"], ["c", "a", "b"], ["b", "c", "a"]], CHOICE).figures()
    assert figures.observed == 0
    assert figures.alpha == 1 - Fraction(9 * 8, 54)
    assert figures.ac1 == Fraction(-1, 2)


def test_one_class_only_has_ac1_but_no_alpha() -> None:
    figures = count([["a", "a"], ["a", "a"]], CHOICE).figures()
    assert figures.alpha is None
    assert figures.ac1 == 1


def test_a_deleted_category_keeps_counting_and_an_unused_one_counts_for_ac1() -> None:
    items = items_from([["a", "b"], ["b", "b"], ["gone", "gone"], ["a", "gone"]])
    with_it = count_items(items, choice("a", "b", "gone"))
    without = count_items(items, choice("a", "b"))
    assert without.figures() == with_it.figures()
    more = count_items(items, choice("a", "b", "gone", "unused"))
    assert more.alpha() == with_it.alpha()
    assert more.ac1() != with_it.ac1()


def test_renaming_the_categories_changes_no_figure() -> None:
    items = noisy_choices(80, seed=1)
    renamed = {"a": "c", "b": "a", "c": "b"}
    other = [(item, [renamed[label] for label in labels]) for item, labels in items]
    assert count_items(items, CHOICE).figures() == count_items(other, CHOICE).figures()


def test_turning_the_scale_round_changes_no_figure() -> None:
    items = random_items("rating", 60, seed=8)
    turned = [(item, [6 - label for label in labels]) for item, labels in items]
    one, other = (count_items(some, RATING).figures() for some in (items, turned))
    assert (one.alpha, one.observed) == (other.alpha, other.observed)
    assert one.alpha_interval == pytest.approx(other.alpha_interval)
