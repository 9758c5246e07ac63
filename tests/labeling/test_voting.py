"""The small sums under the label types, against brute force."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.consensus import consensus
from labeling.schema import LabelSchema
from labeling.skill import skill_of
from labeling.voting import (
    majority,
    mean_pairwise_agreement,
    one_coin_posterior,
    weighted_median,
    weighted_medoid,
)
from tests.labeling.samples import INPUTS, SAMPLES, box, calmly, span
from tests.labeling.test_schema import SCHEMA


def same(a: Any, b: Any) -> float:
    return 0.0 if a == b else 1.0


def test_the_majority_has_most_weight_and_scores_its_share() -> None:
    assert majority(["a", "b", "b"], [1.0, 1.0, 1.0]) == ("b", 2 / 3)
    assert majority(["a", "b", "b"], [3.0, 0.5, 0.5]) == ("a", 0.75)


def test_a_tied_majority_goes_by_order_and_scores_a_half() -> None:
    assert majority(["b", "a"], [1.0, 1.0]) == ("b", 0.5)
    assert majority(["b", "a"], [1.0, 1.0], order=str) == ("a", 0.5)


@calmly
@given(
    votes=st.lists(st.tuples(st.integers(0, 3), st.floats(0.1, 0.95)), min_size=1, max_size=7),
    spare=st.integers(0, 3),
)
def test_the_one_coin_posterior_is_that_of_bayes(
    votes: list[tuple[int, float]], spare: int
) -> None:
    values = 4 + spare
    likelihoods = [
        math.prod(a if vote == truth else (1 - a) / (values - 1) for vote, a in votes)
        for truth in range(values)
    ]
    voted = {vote for vote, _ in votes}
    best = max(likelihoods[vote] for vote in voted)
    scored = one_coin_posterior([v for v, _ in votes], [a for _, a in votes], values, int)
    assert scored.score == pytest.approx(best / sum(likelihoods), rel=1e-6)
    assert likelihoods[scored.label] == pytest.approx(best, rel=1e-6)  # type: ignore[call-overload]


def test_the_one_coin_posterior_of_two_against_one_by_hand() -> None:
    scored = one_coin_posterior(["a", "a", "b"], [0.8] * 3, 3, str)
    assert scored.label == "a"
    assert scored.score == pytest.approx(0.064 / (0.064 + 0.008 + 0.002 * 0.5))


def test_a_thousand_votes_do_not_underflow() -> None:
    scored = one_coin_posterior(["a"] * 600 + ["b"] * 400, [0.6] * 1000, 2, str)
    assert scored.label == "a"
    assert scored.score == pytest.approx(1.0)


def test_the_median_halves_the_weight_and_prefers_the_lower() -> None:
    assert weighted_median([5, 1, 3], [1.0, 1.0, 1.0]) == 3
    assert weighted_median([1, 5], [1.0, 1.0]) == 1
    assert weighted_median([1, 5], [1.0, 1.1]) == 5
    with pytest.raises(ValueError, match="at least one"):
        weighted_median([], [])


def test_the_medoid_lies_nearest_to_all() -> None:
    def apart(a: int, b: int) -> float:
        return abs(a - b) / 10

    assert weighted_medoid([0, 4, 10], [1.0, 1.0, 1.0], apart).label == 4
    assert weighted_medoid([0, 4, 10], [1.0, 1.0, 9.0], apart).label == 10
    assert weighted_medoid([0, 4, 10], [1.0, 1.0, 1.0], apart).score == pytest.approx(1 - 1 / 3)


def test_pairwise_agreement_counts_every_pair() -> None:
    assert mean_pairwise_agreement(["a"], same) == 1.0
    assert mean_pairwise_agreement(["a", "a", "b"], same) == pytest.approx(1 / 3)


@calmly
@given(votes=st.lists(st.sampled_from("abc"), min_size=2, max_size=9))
def test_no_tie_reaches_an_agreement_of_a_half(votes: list[str]) -> None:
    counts = sorted((votes.count(value) for value in "abc"), reverse=True)
    if counts[0] == counts[1]:
        assert mean_pairwise_agreement(votes, same) < 0.5


def test_a_consensus_is_made_question_by_question() -> None:
    answers: list[Any] = [
        {"sentiment": "neg", "topics": ("a", "b"), "quality": 4, "why": "so sad"},
        {"sentiment": "neg", "topics": ("a",), "quality": 5, "why": "sad"},
        {"sentiment": "pos", "topics": ("a", "c"), "quality": 1},
    ]
    found = consensus(SCHEMA, answers)
    labels = {name: scored.label for name, scored in found.items()}
    assert labels == {"sentiment": "neg", "topics": ("a",), "quality": 4, "why": "so sad"}
    assert found["sentiment"].score == pytest.approx(2 / 3)
    assert found["quality"].score == pytest.approx(1 - (0 + 0.25 + 0.75) / 3)
    spoken = (1 + (1 - 1 / 3)) / 2  # likeness of the two who wrote: "so sad" and "sad"
    assert found["why"].score == pytest.approx(spoken * 2 / 3)  # the third wrote nothing


def test_the_consensus_hides_what_it_hides_and_leaves_out_what_most_left_out() -> None:
    answers: list[Any] = [
        {"sentiment": "neg", "topics": ("a",), "why": "x", "detail": "b"},
        {"sentiment": "pos", "topics": ("a",)},
        {"sentiment": "pos", "topics": ("a",)},
    ]
    assert list(consensus(SCHEMA, answers)) == ["sentiment", "topics"]
    assert list(consensus(SCHEMA, answers, [9.0, 1.0, 1.0])) == [
        "sentiment",
        "topics",
        "why",
        "detail",
    ]


def test_spans_are_voted_one_by_one() -> None:
    samples = SAMPLES["spans"]
    question, facts = samples.parsed_question, samples.facts
    votes = [
        samples.label_type.parse(raw, question, facts)
        for raw in (
            [span(0, 12), span(23, 31), span(35, 41, "LOC")],
            [span(0, 12), span(23, 31)],
            [span(0, 12), span(35, 41, "LOC")],
        )
    ]
    scored = samples.label_type.aggregate(votes, [1.0] * 3, question)
    assert samples.label_type.dump(scored.label) == [
        span(0, 12),
        span(23, 31),
        span(35, 41, "LOC"),
    ]


def test_spans_that_nobody_repeats_fall_back_to_the_nearest_vote() -> None:
    samples = SAMPLES["spans"]
    question, facts = samples.parsed_question, samples.facts
    raws = ([span(0, 10)], [span(0, 11)], [span(0, 12)])
    votes = [samples.label_type.parse(raw, question, facts) for raw in raws]
    scored = samples.label_type.aggregate(votes, [1.0] * 3, question)
    assert samples.label_type.dump(scored.label) == [span(0, 11)]


def boxes_together(*answers: list[dict[str, Any]], weights: tuple[float, ...] = ()) -> Any:
    """Return the consensus of these boxes as JSON."""
    samples = SAMPLES["boxes"]
    question, facts = samples.parsed_question, samples.facts
    votes = [samples.label_type.parse(raw, question, facts) for raw in answers]
    scored = samples.label_type.aggregate(votes, weights or [1.0] * len(votes), question)
    return samples.label_type.dump(scored.label)


def test_boxes_are_averaged_where_most_drew_one() -> None:
    lone = box(150, 50, 10, 10, "LOC")
    drawn = ([box(10, 10, 40, 30)], [box(12, 10, 40, 30), lone], [box(17, 10, 40, 30)])
    assert boxes_together(*drawn) == [box(13, 10, 40, 30)]
    weighted = boxes_together(*drawn, weights=(1.0, 2.0, 4.0))
    assert weighted == [box(round((10 + 24 + 68) / 7, 3), 10, 40, 30)]


def test_boxes_of_two_categories_are_never_averaged() -> None:
    person, place = [box(10, 10, 40, 30)], [box(10, 10, 40, 30, "LOC")]
    assert boxes_together(person, place, place) == place


def test_two_boxes_of_one_worker_are_never_averaged() -> None:
    one, other = (
        [box(10, 10, 40, 30), box(18, 10, 40, 30)],
        [box(11, 10, 40, 30), box(19, 10, 40, 30)],
    )
    assert boxes_together(one, other) == [box(10.5, 10, 40, 30), box(18.5, 10, 40, 30)]


def test_where_no_box_has_a_majority_the_nearest_vote_stands() -> None:
    left, middle, right = ([box(x, 10, 20, 20)] for x in (10, 22, 34))
    assert boxes_together(left, right, middle) == middle
    assert boxes_together([], [], left) == []


def test_choices_keep_to_their_limits() -> None:
    categories = [{"id": name} for name in "abcd"]
    document = {"id": "q", "type": "choices", "categories": categories, "min": 1, "max": 2}
    schema = LabelSchema.from_json({"inputs": INPUTS, "questions": [document]})
    answers: list[Any] = [{"q": ("a", "b")}, {"q": ("b", "c")}, {"q": ("a", "c")}]
    assert consensus(schema, answers)["q"].label == ("a", "b")
    apart: list[Any] = [{"q": ("d",)}, {"q": ("c",)}]
    assert consensus(schema, apart)["q"].label == ("c",)


def test_a_skill_starts_at_the_pool_and_moves_with_evidence() -> None:
    assert skill_of(0, 0).accuracy == pytest.approx(0.8)
    assert skill_of(0, 0, pool_right=990, pool_seen=1990).accuracy == pytest.approx(998 / 2000)
    newcomer, veteran = skill_of(2, 2), skill_of(200, 200)
    assert 0.8 < newcomer.accuracy < veteran.accuracy < 1.0
    assert newcomer.deviation > veteran.deviation
    assert skill_of(0, 1000).accuracy > 0.0
    # Beta(10, 4): mean 10 / 14, variance 40 / (14^2 * 15)
    assert skill_of(2, 4).accuracy == pytest.approx(10 / 14)
    assert skill_of(2, 4).deviation == pytest.approx(math.sqrt(40 / (196 * 15)))


@pytest.mark.parametrize(("right", "seen"), [(3, 2), (-1, 2)])
def test_impossible_counts_are_refused(right: int, seen: int) -> None:
    with pytest.raises(ValueError, match="at most"):
        skill_of(right, seen)
