"""Overlap and pairing against brute force, and the distances made of them."""

import time
from dataclasses import replace
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.label_types.boxes import SHAPES as BOX_SHAPES
from labeling.label_types.boxes import Box, Boxes
from labeling.label_types.spans import SHAPES as SPAN_SHAPES
from labeling.label_types.spans import Span, Spans
from labeling.label_types.text import Text
from labeling.overlap import Shapes, box_iou, interval_iou, iou_of, touching_pairs
from labeling.pairing import MOST_EXACT, Edge, best_pairing
from tests.labeling.samples import SAMPLES, calmly, seeded

SPANS = SAMPLES["spans"].parsed_question
BOXES = SAMPLES["boxes"].parsed_question
TEXT = SAMPLES["text"].parsed_question


def test_intervals_and_boxes_share_their_intersection_over_union() -> None:
    assert interval_iou(Span(0, 10, "a"), Span(5, 15, "a")) == pytest.approx(5 / 15)
    assert interval_iou(Span(0, 5, "a"), Span(5, 9, "a")) == 0.0
    one, other = Box(0, 0, 10, 10, "a"), Box(5, 5, 10, 10, "a")
    assert box_iou(one, other) == pytest.approx(25 / 175)
    assert box_iou(one, one) == 1.0
    assert box_iou(one, Box(10, 0, 5, 5, "a")) == 0.0


sides = st.floats(0.1, 30.0)
drawn_boxes = st.builds(Box, sides, sides, sides, sides, st.just("a"))
marked = st.builds(
    lambda start, length: Span(start, start + length, "a"), st.integers(0, 9), st.integers(1, 9)
)


@calmly
@given(
    boxes=st.lists(drawn_boxes, min_size=2, max_size=2),
    spans=st.lists(marked, min_size=2, max_size=2),
)
def test_shapes_compared_all_at_once_are_as_alike_as_one_by_one(
    boxes: list[Box], spans: list[Span]
) -> None:
    pairs: list[tuple[list[Any], Shapes[Any]]] = [(boxes, BOX_SHAPES), (spans, SPAN_SHAPES)]
    for (one, other), shapes in pairs:
        left, right = (np.array([shapes.bounds(it)], dtype=float) for it in (one, other))
        assert iou_of(left, right).tolist() == [shapes.likeness(one, other)]


matrices = st.integers(1, 5).flatmap(
    lambda width: st.lists(
        st.lists(
            st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.7, 0.9, 1.0]), min_size=width, max_size=width
        ),
        min_size=1,
        max_size=5,
    )
)


def best_total(matrix: list[list[float]]) -> float:
    rows, columns = len(matrix), len(matrix[0])
    if rows > columns:
        return best_total([[matrix[r][c] for r in range(rows)] for c in range(columns)])
    return max(
        sum(matrix[row][column] for row, column in enumerate(order))
        for order in permutations(range(columns), rows)
    )


@calmly
@given(matrix=matrices)
def test_the_best_pairing_is_that_of_brute_force(matrix: list[list[float]]) -> None:
    edges = [Edge(i, j, v) for i, row in enumerate(matrix) for j, v in enumerate(row) if v > 0]
    chosen = best_pairing(edges)
    assert sum(edge.likeness for edge in chosen) == pytest.approx(best_total(matrix))
    assert len({edge.left for edge in chosen}) == len(chosen) == len({e.right for e in chosen})
    assert set(chosen) <= set(edges)


def test_a_huge_cluster_is_paired_greedily_and_fast() -> None:
    rng = seeded(1)
    size = MOST_EXACT + 1
    edges = [Edge(i, j, rng.random() + 0.001) for i in range(size) for j in range(size)]
    chosen = best_pairing(edges)
    assert len(chosen) == size
    assert max(chosen, key=lambda edge: edge.likeness) == max(edges, key=lambda e: e.likeness)


@calmly
@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 5)), max_size=8),
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 5)), max_size=8),
)
def test_the_sweep_finds_every_pair_that_touches(left: Any, right: Any) -> None:
    ones = [(start, start + length) for start, length in left]
    others = [(start, start + length) for start, length in right]
    expected = [
        (i, j)
        for i, one in enumerate(ones)
        for j, other in enumerate(others)
        if min(one[1], other[1]) > max(one[0], other[0])
    ]
    assert sorted(touching_pairs(ones, others) or []) == expected


def test_a_shifted_border_costs_less_than_a_missed_span() -> None:
    spans = Spans()
    whole = (Span(0, 10, "PER"), Span(20, 30, "PER"))
    # one exact: strict F1 1/2; lenient (1 + 8/10) / 2; mean of both
    shifted = spans.distance(whole, (Span(0, 8, "PER"), Span(20, 30, "PER")), SPANS)
    assert shifted == pytest.approx(1 - (0.5 + 0.9) / 2)
    missed = spans.distance(whole, (Span(20, 30, "PER"),), SPANS)
    assert missed == pytest.approx(1 - 2 / 3)
    assert spans.distance(whole, (), SPANS) == 1.0
    assert spans.distance((Span(0, 10, "PER"),), (Span(0, 10, "LOC"),), SPANS) == 1.0


def test_boxes_count_the_overlap_with_their_partner() -> None:
    boxes = Boxes()
    one = (Box(0, 0, 10, 10, "PER"), Box(50, 50, 10, 10, "PER"))
    other = (Box(0, 0, 10, 5, "PER"),)
    assert boxes.distance(one, other, BOXES) == pytest.approx(1 - 2 * 0.5 / 3)
    assert boxes.distance(one, (Box(0, 0, 10, 10, "LOC"),), BOXES) == 1.0


def test_greed_would_pair_these_boxes_worse() -> None:
    left = (Box(0, 0, 10, 10, "PER"), Box(4, 0, 10, 10, "PER"))
    right = (Box(3, 0, 10, 10, "PER"), Box(9, 0, 10, 10, "PER"))
    likeness = box_iou(left[0], right[0]) + box_iou(left[1], right[1])
    assert Boxes().distance(left, right, BOXES) == pytest.approx(1 - likeness / 2)


span_sets = st.sets(
    st.builds(
        lambda s, n, c: Span(s, s + n, c),
        st.integers(0, 9),
        st.integers(1, 6),
        st.sampled_from("ab"),
    ),
    max_size=6,
).map(lambda spans: tuple(sorted(spans)))
box_sets = st.sets(
    st.builds(
        Box,
        st.floats(0, 5),
        st.integers(0, 5),
        st.floats(1, 5),
        st.integers(1, 5),
        st.sampled_from("ab"),
    ),
    max_size=5,
).map(lambda boxes: tuple(sorted(boxes)))


@calmly
@given(one=span_sets, other=span_sets)
def test_the_distance_of_spans_is_symmetric_and_bounded(one: Any, other: Any) -> None:
    distance = Spans().distance(one, other, SPANS)
    assert 0.0 <= distance <= 1.0
    assert distance == Spans().distance(other, one, SPANS)
    assert (distance == 0.0) == (one == other)


@calmly
@given(one=box_sets, other=box_sets)
def test_the_distance_of_boxes_is_symmetric_and_bounded(one: Any, other: Any) -> None:
    distance = Boxes().distance(one, other, BOXES)
    assert 0.0 <= distance <= 1.0
    assert distance == Boxes().distance(other, one, BOXES)


@calmly
@given(one=st.text(max_size=12), other=st.text(max_size=12))
def test_the_distance_of_texts_is_symmetric_and_bounded(one: str, other: str) -> None:
    distance = Text().distance(one, other, TEXT)
    assert 0.0 <= distance <= 1.0
    assert distance == Text().distance(other, one, TEXT)


def test_texts_are_compared_by_words_and_chinese_by_characters() -> None:
    text = Text()
    assert text.distance("The cat sat.", "the CAT sat", TEXT) == 0.0
    assert text.distance("a b c d", "a b x y", TEXT) == pytest.approx(0.5)
    assert text.distance("\u597d\u4eba", "\u597d\u4e8b", TEXT) == pytest.approx(0.5)
    assert text.distance("!!", "??", TEXT) == 1.0
    assert text.distance("!?", "!!", TEXT) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("one", "other", "jaccard", "masi"),
    [
        (("PER",), ("PER", "LOC"), 1 / 2, 1 / 2 * 2 / 3),
        (("PER", "LOC"), ("PER", "ORG"), 1 / 3, 1 / 3 * 1 / 3),
        (("PER",), ("LOC",), 0.0, 0.0),
        ((), ("LOC",), 0.0, 0.0),
    ],
)
def test_sets_are_compared_by_jaccard_or_masi(
    one: tuple[str, ...], other: tuple[str, ...], jaccard: float, masi: float
) -> None:
    samples = SAMPLES["choices"]
    choices = samples.label_type
    strict = replace(samples, question=samples.extra[0]).parsed_question
    assert choices.distance(one, other, samples.parsed_question) == pytest.approx(1 - jaccard)
    assert choices.distance(one, other, strict) == pytest.approx(1 - masi)


def test_a_label_made_to_be_slow_is_compared_in_good_time() -> None:
    left = tuple(Span(i, 40_000 - i, "PER") for i in range(15_000))
    right = tuple(Span(i, 40_001 - i, "PER") for i in range(15_000))
    boxes = tuple(Box(i * 0.001, 0, 100, 100, "PER") for i in range(3_000))
    others = tuple(Box(i * 0.001, 1, 100, 100, "PER") for i in range(3_000))
    started = time.perf_counter()
    assert Spans().distance(left, right, SPANS) == 1.0
    assert Boxes().distance(boxes, others, BOXES) == 1.0
    assert time.perf_counter() - started < 5.0
