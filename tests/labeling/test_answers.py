"""Whole answers and the data of items, under one schema with every label type."""

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from labeling.problems import InvalidAnswer, InvalidItem
from labeling.schema import LabelSchema
from tests.labeling.samples import DATA, SAMPLES, calmly, span
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
    for raw in (without(sentiment="sad"), without("why", sentiment="sad")):
        with pytest.raises(InvalidAnswer) as refusal:
            SCHEMA.parse_answer(raw, FACTS)
        assert [problem.path for problem in refusal.value.problems] == ["/sentiment"]


def test_visible_questions_follow_the_answer() -> None:
    def visible(answer: Any) -> list[str]:
        return [question.id for question in SCHEMA.visible_questions(answer)]

    assert visible({}) == ["sentiment", "topics", "quality", "entities", "objects", "better"]
    assert "why" in visible({"sentiment": "neg"})
    assert "detail" in visible({"topics": ("b", "c")})
    assert "detail" in visible({"topics": ("c",), "quality": 2})
    assert "detail" not in visible({"topics": ("c",), "quality": 3})


FIVE = LabelSchema.from_json({**DOCUMENT, "questions": DOCUMENT["questions"][:5]})
DERIVED = Draft202012Validator(FIVE.answer_json_schema())
LEFT_OUT = object()
VALUES: dict[str, list[Any]] = {
    "sentiment": ["neg", "neg", "pos", "pos", "x", LEFT_OUT],
    "topics": [["a"], ["b", "c"], ["c"], ["c"], ["a", "a"], [], LEFT_OUT],
    "quality": [1, 3, 5, 4, 0, LEFT_OUT],
    "why": ["so", "\u00a0", LEFT_OUT, LEFT_OUT, "", " \n\t", "\0"],
    "detail": ["a", LEFT_OUT, LEFT_OUT, "z"],
}


@settings(calmly, max_examples=400)
@given(
    st.fixed_dictionaries({name: st.sampled_from(values) for name, values in VALUES.items()}).map(
        lambda drawn: {name: label for name, label in drawn.items() if label is not LEFT_OUT}
    )
)
def test_the_derived_schema_accepts_exactly_what_parse_accepts(raw: Any) -> None:
    try:
        FIVE.parse_answer(raw, FACTS)
    except InvalidAnswer:
        assert not DERIVED.is_valid(raw)
    else:
        assert DERIVED.is_valid(raw)


@pytest.mark.parametrize(
    ("raw", "is_accepted"),
    [
        ({"sentiment": "neg", "topics": ["c"], "quality": 3, "why": "\u00a0"}, True),
        ({"sentiment": "neg", "topics": ["c"], "quality": 3, "why": "\t"}, False),
        ({"sentiment": "neg", "topics": ["c"], "quality": 3}, False),
        ({"sentiment": "pos", "topics": ["c"], "quality": 3, "why": "so"}, False),
        ({"sentiment": "pos", "topics": ["c"], "quality": 3, "detail": "a"}, False),
        ({"sentiment": "pos", "topics": ["c"], "quality": 2, "detail": "a"}, True),
        ({"sentiment": "pos", "topics": ["b", "c"], "quality": 3, "detail": "a"}, True),
        ({"topics": ["b"], "quality": 2}, False),
    ],
)
def test_the_derived_schema_and_parse_agree_on_conditions(raw: Any, *, is_accepted: bool) -> None:
    assert DERIVED.is_valid(raw) is is_accepted
    if is_accepted:
        assert FIVE.dump_answer(FIVE.parse_answer(raw, FACTS)) == raw
        return
    with pytest.raises(InvalidAnswer):
        FIVE.parse_answer(raw, FACTS)


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


@pytest.mark.parametrize(
    ("spans", "code"),
    [
        ([span(0, 10), span(2, 5)], None),
        ([span(0, 10), span(0, 10, "LOC"), span(0, 5), span(5, 10)], None),
        ([span(0, 10), span(10, 12)], None),
        ([span(0, 10), span(9, 11)], "crossing"),
        ([span(0, 10), span(2, 5), span(4, 8)], "crossing"),
        ([span(9, 11), span(0, 20), span(0, 10)], "crossing"),
        ([span(0, 10), span(0, 10)], "duplicate"),
    ],
)
def test_nested_spans_may_contain_but_not_cross(spans: list[Any], code: str | None) -> None:
    question = SAMPLES["spans"].extra[0]
    schema = LabelSchema.from_json({"inputs": DOCUMENT["inputs"], "questions": [question]})
    if code is None:
        assert len(schema.dump_answer(schema.parse_answer({"q": spans}, FACTS))["q"]) == len(spans)
        return
    with pytest.raises(InvalidAnswer) as refusal:
        schema.parse_answer({"q": spans}, FACTS)
    assert [problem.code for problem in refusal.value.problems] == [code]


def test_a_question_behind_one_that_was_left_out_is_hidden() -> None:
    first = {**DOCUMENT["questions"][0], "required": False}
    schema = LabelSchema.from_json({**DOCUMENT, "questions": [first, DOCUMENT["questions"][3]]})
    derived = Draft202012Validator(schema.answer_json_schema())
    assert schema.parse_answer({}, FACTS) == {}
    assert derived.is_valid({})
    assert not derived.is_valid({"why": "so"})
    with pytest.raises(InvalidAnswer):
        schema.parse_answer({"why": "so"}, FACTS)
