"""Whole answers and the data of items, under one schema with every label type."""

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from labeling.problems import InvalidAnswer, InvalidItem
from labeling.schema import LabelSchema
from tests.labeling.samples import DATA, calmly, span
from tests.labeling.test_schema import DOCUMENT, SCHEMA

ANSWER: dict[str, Any] = {
    "sentiment": "neg",
    "topics": ["a"],
    "quality": 4,
    "why": "So sad.",
    "detail": "c",
    "entities": [],
    "objects": [],
    "better": "left",
}
FACTS = SCHEMA.facts_of(DATA)


def without(*names: str, **others: Any) -> dict[str, Any]:
    """Return the good answer without some labels, and with others."""
    kept = {name: label for name, label in ANSWER.items() if name not in names}
    return {**kept, **others}


def test_an_answer_is_parsed_into_its_normal_form_and_back() -> None:
    raw = without(topics=["c", "a"], entities=[span(4, 12), span(0, 3)])
    answer = SCHEMA.parse_answer(raw, FACTS)
    assert answer["topics"] == ("a", "c")
    assert SCHEMA.dump_answer(answer)["entities"] == [span(0, 3), span(4, 12)]
    assert SCHEMA.parse_answer(SCHEMA.dump_answer(answer), FACTS) == answer


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (without("quality"), ("/quality", "missing_label")),
        (without("why"), ("/why", "missing_label")),
        (without(sentiment="pos"), ("/why", "hidden_question")),
        (without(topics=["c"]), ("/detail", "hidden_question")),
        (without("why", "topics", "detail"), ("/topics", "missing_label")),
        (without(mood="x"), ("/mood", "unknown_key")),
        (without(entities=[span(0, 120)]), ("/entities/0/end", "span_beyond_text")),
        (without(quality=None), ("/quality", "not_on_scale")),
    ],
)
def test_a_faulty_answer_is_refused_at_its_fault(raw: Any, expected: tuple[str, str]) -> None:
    with pytest.raises(InvalidAnswer) as refusal:
        SCHEMA.parse_answer(raw, FACTS)
    assert expected in [(problem.path, problem.code) for problem in refusal.value.problems]


def test_the_message_says_what_where_and_how_to_mend_it() -> None:
    with pytest.raises(InvalidAnswer) as refusal:
        SCHEMA.parse_answer(without(entities=[span(0, 120)]), FACTS)
    assert [problem.message for problem in refusal.value.problems] == [
        "The span ends at 120, but the text has 42 characters. "
        "Offsets count Unicode code points from 0, the end is exclusive."
    ]


def test_what_hangs_on_an_unreadable_label_is_not_blamed() -> None:
    with pytest.raises(InvalidAnswer) as refusal:
        SCHEMA.parse_answer(without("why", sentiment="sad"), FACTS)
    assert [problem.path for problem in refusal.value.problems] == ["/sentiment"]


def test_visible_questions_follow_the_answer() -> None:
    def visible(answer: Any) -> list[str]:
        return [question.id for question in SCHEMA.visible_questions(answer)]

    assert visible({}) == ["sentiment", "topics", "quality", "entities", "objects", "better"]
    assert "why" in visible({"sentiment": "neg"})
    assert "detail" in visible({"topics": ("b", "c")})
    assert "detail" in visible({"topics": ("c",), "quality": 2})
    assert "detail" not in visible({"topics": ("c",), "quality": 3})


@settings(calmly, max_examples=200)
@given(
    raw=st.fixed_dictionaries(
        {},
        optional={
            "sentiment": st.sampled_from(["pos", "neg", "x"]),
            "topics": st.lists(st.sampled_from(["a", "b", "c"]), max_size=4),
            "quality": st.integers(0, 6),
            "why": st.sampled_from(["", " ", "x", "\0", "\n\t", "\u00a0"]),
            "detail": st.sampled_from(["a", "z"]),
        },
    )
)
def test_the_derived_schema_accepts_exactly_what_parse_accepts(raw: Any) -> None:
    document = {**DOCUMENT, "questions": DOCUMENT["questions"][:5]}
    schema = LabelSchema.from_json(document)
    try:
        schema.parse_answer(raw, FACTS)
    except InvalidAnswer:
        assert not Draft202012Validator(schema.answer_json_schema()).is_valid(raw)
    else:
        assert Draft202012Validator(schema.answer_json_schema()).is_valid(raw)


def test_facts_count_code_points_and_pixels() -> None:
    assert FACTS.text_lengths == {"text": 42, "left": 11, "right": 15}
    assert FACTS.image_sizes == {"picture": (200, 100)}


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({}, ""),
        ({**DATA, "text": 3}, "/text"),
        ({**DATA, "text": "a\0"}, "/text"),
        ({**DATA, "text": "\udfff"}, "/text"),
        ({**DATA, "picture": "x.png"}, "/picture"),
        ({**DATA, "picture": {**DATA["picture"], "width": 0}}, "/picture/width"),
        ({**DATA, "picture": {**DATA["picture"], "height": 1.5}}, "/picture/height"),
        ({**DATA, "picture": {**DATA["picture"], "media": "x"}}, "/picture/media"),
        ([], ""),
    ],
)
def test_item_data_that_does_not_fit_is_refused(data: Any, path: str) -> None:
    with pytest.raises(InvalidItem) as refusal:
        SCHEMA.facts_of(data)
    assert path in [problem.path for problem in refusal.value.problems]


def test_other_keys_of_the_data_are_let_pass() -> None:
    assert SCHEMA.facts_of({**DATA, "old_input": 3}) == FACTS


def test_a_hundred_thousand_spans_are_parsed_in_good_time() -> None:
    raw = [span(2 * i, 2 * i + 1) for i in range(100_000)]
    started = time.perf_counter()
    schema = LabelSchema.from_json({**DOCUMENT, "questions": [DOCUMENT["questions"][5]]})
    facts = schema.facts_of({**DATA, "text": "x" * 200_000})
    assert len(schema.parse_answer({"entities": raw}, facts)["entities"]) == 100_000  # type: ignore[arg-type]
    with pytest.raises(InvalidAnswer):
        schema.parse_answer({"entities": raw + raw[-1:]}, facts)
    assert time.perf_counter() - started < 10.0  # half a second each; n * n would take hours
