"""Spans and boxes of several workers: places, and what is there."""

import pytest

from labeling.engine import fit_question
from labeling.label_types.boxes import Box
from labeling.label_types.spans import Span
from labeling.places import can_stand
from tests.labeling.samples import CATEGORIES
from tests.labeling.test_engine import SPANS, Answers, question

NESTED = question(type="spans", on="text", categories=CATEGORIES, nested=True)
BOXES = question(type="boxes", on="picture", categories=CATEGORIES)


def test_spans_keep_the_likely_places_with_the_borders_of_most_weight() -> None:
    ada, lovelace = Span(0, 3, "PER"), Span(0, 12, "PER")
    london = Span(35, 41, "LOC")
    answers: Answers = {
        1: {"a": (ada, london), "b": (lovelace, london), "c": (lovelace,)},
        2: {"a": (ada,), "b": (), "c": ()},
        3: {"a": (), "b": (), "c": ()},
    }
    fit = fit_question(SPANS, answers)
    assert fit.labels[1].label == (lovelace, london)
    assert fit.labels[2].label == ()
    assert fit.labels[3].label == ()
    assert 0.8 < fit.labels[3].score < 1.0  # all may have overlooked something
    polls = [result.poll.classes for result in fit.results[1]]
    assert polls == [(1, 1, 1), (2, 2, 0)]


def test_overlapping_spans_stand_together_only_where_they_may_nest() -> None:
    outer, inner = Span(0, 20, "ORG"), Span(15, 20, "LOC")
    answers: Answers = {1: dict.fromkeys("abc", (outer, inner))}
    assert fit_question(NESTED, answers).labels[1].label == (outer, inner)
    apart = (outer, Span(22, 30, "LOC"))
    crossing: Answers = {1: {"a": apart, "b": (Span(0, 25, "ORG"),), "c": apart, "d": apart}}
    assert fit_question(SPANS, crossing).labels[1].label == apart


@pytest.mark.parametrize(
    ("other", "flat", "nested"),
    [
        ((10, 20), True, True),
        ((2, 5), False, True),
        ((0, 10), False, True),
        ((5, 15), False, False),
    ],
)
def test_spans_stand_together_apart_or_one_in_the_other(
    *, other: tuple[int, int], flat: bool, nested: bool
) -> None:
    one, two = Span(0, 10, "PER"), Span(*other, "LOC")
    for left, right in ((one, two), (two, one)):
        assert can_stand(left, right, is_nested=False) == flat
        assert can_stand(left, right, is_nested=True) == nested
    assert not can_stand(one, one, is_nested=True)


def test_boxes_take_medians_of_the_edges_of_who_drew_the_place() -> None:
    answers: Answers = {
        1: {
            "a": (Box(0, 0, 10, 20, "PER"),),
            "b": (Box(1, 1, 10, 19.5, "PER"), Box(100, 50, 5, 5, "LOC")),
            "c": (Box(2, 2, 8.5, 19, "ORG"),),
        }
    }
    fit = fit_question(BOXES, answers)
    assert fit.labels[1].label == (Box(1, 1, 9.5, 19.5, "PER"),)
    assert [result.poll.classes for result in fit.results[1]] == [(1, 1, 3), (0, 2, 0)]


def test_a_worker_has_one_shape_at_a_place() -> None:
    twice = (Box(0, 0, 10, 10, "PER"), Box(0, 0, 10, 10, "LOC"))
    fit = fit_question(BOXES, {1: {"a": twice, "b": twice}})
    assert [result.poll.classes for result in fit.results[1]] == [(2, 2), (1, 1)]
    assert fit.labels[1].label == tuple(sorted(twice, key=lambda box: box.category))
