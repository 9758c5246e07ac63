"""Intervals of agreement from the counters of groups; the sample that stands for all labels."""

from collections.abc import Hashable
from math import sqrt

import numpy as np
import pytest

from labeling.agreement import bootstrap_interval, krippendorff_alpha, nominal_difference
from labeling.agreement_counts import AgreementCounts, ItemContribution, count_items
from labeling.agreement_groups import GROUPS, SAMPLED_ITEMS, level_of
from labeling.agreement_interval import ROUNDS, ac1s_of, alphas_of, draws
from labeling.agreement_sample import MOST_PAIRS, across
from tests.labeling.agreement_samples import (
    CHOICE,
    EVERY,
    FIVE,
    MISSING,
    RATING,
    TEXT,
    columns,
    count,
    every_type,
    noisy_choices,
    noisy_texts,
    random_items,
)
from tests.labeling.samples import seeded


def test_draws_are_those_of_a_bootstrap_and_the_same_on_every_machine() -> None:
    weights = draws(GROUPS)
    assert weights.shape == (ROUNDS, GROUPS)
    assert (weights.sum(axis=1) == GROUPS).all()
    assert weights.mean() == 1
    assert weights.var() == pytest.approx(1 - 1 / GROUPS, abs=0.02)
    assert draws(4)[:3].tolist() == [[0, 2, 0, 2], [2, 0, 1, 1], [1, 2, 1, 0]]


@every_type
def test_every_group_once_gives_the_figures_themselves(kind: str) -> None:
    measure = EVERY[kind][0]
    counts = count_items(random_items(kind, 9, seed=2), measure)
    used = sorted(counts.groups.items())
    once = np.ones((1, len(used)))
    sampled = across(counts.groups, measure) if measure.is_sampled else None
    figures = counts.figures()
    assert alphas_of(used, once, measure, sampled) == pytest.approx([figures.alpha], abs=1e-8)
    if figures.ac1 is not None:
        assert ac1s_of(used, once, measure) == pytest.approx([figures.ac1], abs=1e-12)


def test_the_interval_is_near_the_published_one() -> None:
    """The README of irrCAC 1.0 (Gwet): 0.419 to 1, by another method, from 11 items."""
    found = count(columns(MISSING), FIVE).alpha_interval()
    assert found == pytest.approx((0.419, 1.0), abs=0.06)


def test_the_interval_is_close_to_that_of_resampled_items() -> None:
    items = noisy_choices(900, seed=1)
    by_group = count_items(items, CHOICE).alpha_interval()
    by_item = bootstrap_interval(
        [labels for _, labels in items], nominal_difference, rng=seeded(1), rounds=400
    )
    assert by_group is not None
    assert by_item is not None
    assert by_group == pytest.approx(by_item, abs=0.006)


@pytest.mark.parametrize(("items", "right"), [(40, 0.7), (400, 0.85)])
def test_the_95_percent_intervals_cover_the_truth_about_so_often(items: int, right: float) -> None:
    truth = count_items(noisy_choices(20_000, 0, right=right), CHOICE)
    alpha, ac1 = truth.alpha(), truth.ac1()
    assert alpha is not None
    assert ac1 is not None
    hits = {"alpha": 0, "ac1": 0}
    for seed in range(1, 61):
        counts = count_items(noisy_choices(items, seed, right=right), CHOICE)
        low, high = counts.alpha_interval() or (1, 0)
        hits["alpha"] += low <= alpha <= high
        low, high = counts.ac1_interval() or (1, 0)
        hits["ac1"] += low <= ac1 <= high
    assert min(hits.values()) >= 52, hits
    assert max(hits.values()) <= 60


def test_the_interval_narrows_with_the_square_root_of_the_items() -> None:
    widths = []
    for items in (200, 3200):
        low, high = count_items(noisy_choices(items, seed=2), CHOICE).alpha_interval() or (0, 0)
        widths.append(high - low)
    assert widths[0] / widths[1] == pytest.approx(4, rel=0.3)


def test_the_interval_of_a_rating_holds_alpha() -> None:
    rng = seeded(3)
    middles = [rng.randrange(2, 5) for _ in range(300)]
    units = [[middle + rng.randrange(-1, 2) for _ in range(3)] for middle in middles]
    counts = count(units, RATING)
    low, high = counts.alpha_interval() or (1, 0)
    alpha = counts.alpha()
    assert alpha is not None
    assert low < alpha < high
    assert 0.05 < high - low < 0.25


def test_one_group_alone_has_no_interval() -> None:
    one = ItemContribution.of("item", ["a", "b"], CHOICE)
    counts = AgreementCounts(CHOICE)
    counts.add(one)
    assert counts.alpha() == 0
    assert counts.alpha_interval() is None
    assert counts.ac1_interval() is None


def text_distance(one: Hashable, other: Hashable) -> float:
    return TEXT.label_type.distance(one, other, TEXT.question)


def test_alpha_of_many_texts_is_close_to_that_of_all_pairs_and_in_its_interval() -> None:
    items = noisy_texts(120, seed=1)
    counts = count_items(items, TEXT)
    exact = krippendorff_alpha([labels for _, labels in items], text_distance)
    alpha, interval = counts.alpha(), counts.alpha_interval()
    assert exact is not None
    assert alpha is not None
    assert interval is not None
    assert alpha != exact
    assert alpha == pytest.approx(exact, abs=0.02)
    assert interval[0] < exact < interval[1]


def test_the_error_of_the_sample_is_what_the_interval_allows() -> None:
    """The mean distance across items is drawn without bias: over many projects errors cancel."""
    errors = []
    for seed in range(10):
        items = noisy_texts(40, seed)
        rough = count_items(items, TEXT).alpha()
        exact = krippendorff_alpha([labels for _, labels in items], text_distance)
        assert rough is not None
        assert exact is not None
        errors.append(float(rough) - float(exact))
    assert np.std(errors) < 0.015
    assert abs(np.mean(errors)) < 3 * np.std(errors) / sqrt(10) + 0.001


def test_the_sample_stays_small_however_many_items_there_are() -> None:
    for items in (30, 1000, 3000):
        counts = count_items(noisy_texts(items, seed=2), TEXT)
        kept = sum(len(group.sample) for group in counts.groups.values())
        sampled = across(counts.groups, TEXT)
        assert kept <= 3 * SAMPLED_ITEMS * GROUPS
        assert sampled.pairs.sum() <= 2 * MOST_PAIRS
        assert sampled.pairs.sum() >= min(MOST_PAIRS // 4, items)
        assert counts.figures().is_complete


def test_levels_halve_the_items() -> None:
    contributions = [ItemContribution.of(str(at), ["a"], CHOICE) for at in range(4000)]
    for level in (0, 1, 3):
        share = np.mean([level_of(one.item) >= level for one in contributions])
        assert share == pytest.approx(2.0**-level, rel=0.15)


def test_after_most_items_are_removed_the_counters_say_that_a_recount_helps() -> None:
    items = noisy_texts(1500, seed=3)
    counts = count_items(items, TEXT)
    for item, labels in items[40:]:
        counts.remove(ItemContribution.of(item, labels, TEXT))
    figures, recount = counts.figures(), count_items(items[:40], TEXT).figures()
    assert not figures.is_complete
    assert recount.is_complete
    assert figures.observed == recount.observed


def test_a_few_removals_leave_what_a_recount_gives() -> None:
    items = noisy_texts(1500, seed=4)
    counts = count_items(items, TEXT)
    for item, labels in items[:100]:
        counts.remove(ItemContribution.of(item, labels, TEXT))
    assert counts.figures() == count_items(items[100:], TEXT).figures()


def test_labels_that_the_schema_no_longer_takes_are_left_out_of_the_sample() -> None:
    items = noisy_texts(10, seed=5)
    spoiled = [(item, [*labels[:2], "x" * 41]) for item, labels in items]
    counts = count_items(spoiled, TEXT)
    assert across(counts.groups, TEXT).pairs.sum() == 20 * 19 / 2 - 10
    assert counts.alpha() is not None
    nothing = count_items([(item, ["x" * 41, "y" * 41]) for item, _ in items], TEXT)
    assert nothing.figures().alpha is None
    assert nothing.figures().alpha_interval is None
