"""A head of spans learns where they are, says how sure it is, and refuses what is not its own."""

from typing import Any

import numpy as np
import pytest

from labeling.label_types.spans import Span
from labeling.questions import Question
from labeling.schema import LabelSchema
from models_assist.fakes import FakeEncoder
from models_assist.head_storage import UnreadableHead
from models_assist.learners import LEARNERS, Answering, known_label
from models_assist.platt import FEWEST, Platt, fit_platt
from models_assist.span_head import SpanHead, outermost, tagged
from models_assist.token_features import ReadText, features_of
from models_assist.words import Piece, words_of

NAMES = ["Anna", "Bob", "Chloé", "Dmitri", "王", "👩‍💻", "Eve Stone", "Finn Le Roux"]
PLACES = ["Paris", "Oslo", "北京", "New York", "Rome"]
FILLERS = ["went to", "saw", "lives near", "dreams of"]
ENCODER = FakeEncoder(64)


def question_of(*categories: str, nested: bool = False) -> Question:
    document: dict[str, Any] = {
        "inputs": [{"id": "text", "type": "text"}],
        "questions": [
            {
                "id": "q",
                "type": "spans",
                "on": "text",
                "categories": [{"id": each} for each in categories],
                "nested": nested,
            }
        ],
    }
    return LabelSchema.from_json(document).questions[0]


QUESTION = question_of("person", "place", "unused")
SPANS = LEARNERS["spans"]


def read(text: str) -> ReadText:
    words = words_of(text)
    return ReadText(text, words, ENCODER.read_words([Piece(0, text, tuple(words))]).states[0])


def drawn(count: int, seed: int) -> tuple[list[ReadText], list[Any]]:
    dice = np.random.default_rng(seed)
    texts, labels = [], []
    for _ in range(count):
        name, place = str(dice.choice(NAMES)), str(dice.choice(PLACES))
        before = f"today {name} {dice.choice(FILLERS)} "
        texts.append(read(before + place + " ."))
        labels.append(
            [
                {"start": 6, "end": 6 + len(name), "category": "person"},
                {"start": len(before), "end": len(before) + len(place), "category": "place"},
            ]
        )
    return texts, labels


def fitted(count: int, seed: int = 1) -> Answering:
    return SPANS.fit(QUESTION, *drawn(count, seed), no_texts, seed=0)


def no_texts(texts: Any) -> Any:
    raise AssertionError(texts)


def test_it_learns_says_how_well_and_survives_storage() -> None:
    head = fitted(80)
    texts, labels = drawn(60, 2)
    said = head.predict(texts)
    assert np.mean([each.label == label for each, label in zip(said, labels, strict=True)]) > 0.9
    assert head.quality is not None
    assert head.quality.f1 is not None
    assert head.quality.f1 > 0.9
    assert head.quality.labels == 80
    assert head.quality.per_category["person"].labels == 80
    unused = head.quality.per_category["unused"]
    assert (unused.labels, unused.recall, unused.precision) == (0, None, None)
    for read_text, each in zip(texts, said, strict=True):
        assert known_label(QUESTION, each.label, {"text": read_text.text}) == each.label
        assert len(each.scores) == len(each.label)
        assert all(0 <= share <= 1 for share in [each.score, *each.scores.values()])
    again = SPANS.read(head.to_bytes(), QUESTION)
    assert again is not None
    assert again.quality == head.quality
    assert again.predict(texts) == said


def test_the_same_seed_gives_the_same_bytes() -> None:
    assert fitted(40).to_bytes() == fitted(40).to_bytes()


@pytest.mark.parametrize("count", [1, 2, 5])
def test_few_labels_break_nothing(count: int) -> None:
    texts, _ = drawn(5, 3)
    for each in fitted(count).predict(texts):
        assert 0 <= each.score <= 1


def test_no_span_at_all_is_learnt_too() -> None:
    texts, _ = drawn(30, 1)
    head = SPANS.fit(QUESTION, texts, [[] for _ in texts], no_texts, seed=0)
    assert all(each.label == [] for each in head.predict(texts))
    assert head.quality is not None
    assert head.quality.f1 == 1.0


def test_texts_without_words_have_no_span() -> None:
    (said,) = fitted(20).predict([read(" \n ")])
    assert said.label == []


def test_what_is_not_finite_or_of_another_encoder_is_refused() -> None:
    head = fitted(20)
    good = read("today Anna saw Rome .")
    broken = good._replace(states=np.full_like(good.states, np.nan))
    with pytest.raises(ValueError, match="not finite"):
        head.predict([broken])
    with pytest.raises(ValueError, match="not finite"):
        SPANS.fit(QUESTION, [broken], [[]], no_texts, seed=0)
    with pytest.raises(ValueError, match="another encoder"):
        head.predict([good._replace(states=good.states[:, :, :8])])
    with pytest.raises(ValueError, match="needed"):
        features_of(good._replace(states=good.states[1:]))


def test_heads_of_other_categories_or_types_are_passed_over() -> None:
    data = fitted(10).to_bytes()
    assert SPANS.read(data, question_of("person", "place")) is None
    assert SPANS.read(data, question_of("place", "person", "unused")) is None
    rating = {"id": "q", "type": "rating", "min": 1, "max": 3}
    other = LabelSchema.from_json(
        {"inputs": [{"id": "text", "type": "text"}], "questions": [rating]}
    ).questions[0]
    head = LEARNERS["rating"].fit(other, np.eye(3), [1, 2, 3], no_texts, seed=0)
    with pytest.raises(UnreadableHead):
        SPANS.read(head.to_bytes(), QUESTION)
    with pytest.raises(UnreadableHead):
        SPANS.read(b"no head", QUESTION)


def test_of_nested_spans_the_outermost_are_learnt() -> None:
    inner, outer, other = Span(4, 8, "place"), Span(0, 13, "person"), Span(14, 20, "place")
    assert outermost([inner, outer, other]) == [outer, other]


def test_a_span_within_a_word_is_learnt_as_the_word() -> None:
    text = read("überall Köln-Mitte")
    assert tagged(text, [Span(1, 3, "place"), Span(8, 12, "place")]) == [
        (0, 1, "place"),
        (1, 2, "place"),
    ]


def test_shares_that_lie_are_mended_and_few_are_left_alone() -> None:
    dice = np.random.default_rng(0)
    shares = dice.uniform(0.5, 1.0, 2000)
    is_right = dice.random(2000) < shares**3
    mended = fit_platt(shares, is_right).mend(shares)
    assert abs(mended.mean() - is_right.mean()) < 0.02
    assert np.all(np.diff(mended[np.argsort(shares)]) >= 0), "never upside down"
    assert fit_platt(shares[: FEWEST - 1], is_right[: FEWEST - 1]) == Platt()
    assert np.isfinite(fit_platt(shares, shares > 0.7).mend(np.array([0.0, 1.0]))).all()


def test_what_a_model_had_said_first_counts_for_less_and_is_no_praise() -> None:
    texts, labels = drawn(60, 3)
    # A model had said that nothing is there, and people were content with that.
    silent = [text._replace(trust=0.05) for text in texts[:30]]
    nothing: list[Any] = [[] for _ in silent]
    adopted = SPANS.fit(
        QUESTION, [*silent, *texts[30:]], [*nothing, *labels[30:]], no_texts, seed=0
    )
    equal = SPANS.fit(QUESTION, texts, [*nothing, *labels[30:]], no_texts, seed=0)
    fresh, truth = drawn(40, 4)

    def found(head: Answering) -> int:
        said = [each.label for each in head.predict(fresh)]
        return sum(span in own for own, known in zip(said, truth, strict=True) for span in known)

    assert found(adopted) > found(equal)
    assert adopted.quality is not None
    assert equal.quality is not None
    assert (adopted.quality.labels, equal.quality.labels) == (30, 60)


def test_the_margin_of_an_average_word_does_not_fall_with_the_length() -> None:
    texts, labels = drawn(60, 5)
    head = SPANS.fit(QUESTION, texts, labels, no_texts, seed=0)
    assert isinstance(head, SpanHead)
    share = np.array([0.9**10, 0.9**40, 0.8**10])
    margins = head.word_margins(head.of_texts.mend(share), np.array([50.0, 200.0, 50.0]))
    assert margins == pytest.approx([0.8, 0.8, 0.6], abs=0.02)
