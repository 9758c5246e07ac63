"""The label schema document, its published JSON Schema, and whole answers."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from labeling.problems import MOST_PROBLEMS, InvalidSchema
from labeling.schema import LABEL_SCHEMA_JSON_SCHEMA, LabelSchema
from tests.labeling.hostile import hostile_json
from tests.labeling.samples import INPUTS, calmly

TOPICS = [{"id": "a"}, {"id": "b"}, {"id": "c"}]
DOCUMENT: dict[str, Any] = {
    "inputs": [
        {"id": "text", "type": "text", "title": "Text"},
        {"id": "picture", "type": "image"},
        {"id": "left", "type": "text"},
        {"id": "right", "type": "text"},
    ],
    "questions": [
        {
            "id": "sentiment",
            "type": "choice",
            "title": "Sentiment",
            "help": "How does it sound?",
            "required": True,
            "categories": [
                {"id": "pos", "title": "Positive", "description": "glad", "color": "#2f9e44"},
                {"id": "neg"},
            ],
        },
        {"id": "topics", "type": "choices", "categories": TOPICS, "min": 1, "max": 3},
        {"id": "quality", "type": "rating", "min": 1, "max": 5, "anchors": {"1": "poor"}},
        {
            "id": "why",
            "type": "text",
            "max_length": 2000,
            "show_when": {"question": "sentiment", "in": ["neg"]},
        },
        {
            "id": "detail",
            "type": "choice",
            "categories": TOPICS,
            "required": False,
            "show_when": {
                "any": [
                    {"question": "topics", "in": ["a", "b"]},
                    {"all": [{"question": "quality", "in": [1, 2]}]},
                ]
            },
        },
        {"id": "entities", "type": "spans", "on": "text", "categories": [{"id": "PER"}]},
        {"id": "objects", "type": "boxes", "on": "picture", "categories": [{"id": "roof"}]},
        {"id": "better", "type": "pairwise", "on": ["left", "right"], "allow_tie": False},
    ],
}
SCHEMA = LabelSchema.from_json(DOCUMENT)
PUBLISHED = Draft202012Validator(LABEL_SCHEMA_JSON_SCHEMA)


def problems_of(document: Any) -> list[tuple[str, str]]:
    with pytest.raises(InvalidSchema) as refusal:
        LabelSchema.from_json(document)
    assert all(problem.message.count(".") >= 2 for problem in refusal.value.problems)
    return [(problem.path, problem.code) for problem in refusal.value.problems]


def changed(path: str, value: Any) -> dict[str, Any]:
    """Return the document with one place set anew."""
    document = copy.deepcopy(DOCUMENT)
    place: Any = document
    *way, last = [int(part) if part.isdigit() else part for part in path.split("/")[1:]]
    for part in way:
        place = place[part]
    place[last] = value
    return document


def test_the_published_schema_is_itself_valid() -> None:
    Draft202012Validator.check_schema(LABEL_SCHEMA_JSON_SCHEMA)
    assert json.loads(json.dumps(LABEL_SCHEMA_JSON_SCHEMA)) == LABEL_SCHEMA_JSON_SCHEMA
    assert PUBLISHED.is_valid(DOCUMENT)


def test_a_schema_survives_its_own_document() -> None:
    document = SCHEMA.to_json()
    assert LabelSchema.from_json(document) == SCHEMA
    assert LabelSchema.from_json(document).to_json() == document
    assert json.loads(json.dumps(document)) == document
    assert PUBLISHED.is_valid(document)


def test_defaults_are_written_out() -> None:
    question = SCHEMA.question("entities").to_json()
    assert question == {
        "id": "entities",
        "type": "spans",
        "title": "entities",
        "required": True,
        "on": "text",
        "categories": [{"id": "PER", "title": "PER"}],
        "nested": False,
    }


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("/inputs", [], ("/inputs", "wrong_length")),
        ("/inputs/0/id", "Text", ("/inputs/0/id", "wrong_value")),
        ("/inputs/0/id", "text\n", ("/inputs/0/id", "wrong_value")),
        ("/inputs/0/type", "video", ("/inputs/0/type", "wrong_value")),
        ("/inputs/0/name", "x", ("/inputs/0/name", "unknown_key")),
        ("/inputs/0", 3, ("/inputs/0", "wrong_type")),
        ("/inputs/3/id", "left", ("/inputs/3/id", "duplicate_id")),
        ("/questions", {}, ("/questions", "wrong_value")),
        ("/questions/1/id", "sentiment", ("/questions/1/id", "duplicate_id")),
        ("/questions/0/type", "emotion", ("/questions/0/type", "wrong_value")),
        ("/questions/0/type", ["choice"], ("/questions/0/type", "wrong_value")),
        ("/questions/0/title", " ", ("/questions/0/title", "blank")),
        ("/questions/0/title", "x" * 201, ("/questions/0/title", "too_long")),
        ("/questions/0/title", "a\0", ("/questions/0/title", "wrong_value")),
        ("/questions/0/help", 3, ("/questions/0/help", "wrong_value")),
        ("/questions/0/required", 1, ("/questions/0/required", "wrong_value")),
        ("/questions/0/min", 1, ("/questions/0/min", "unknown_key")),
        ("/questions/0/categories", [{"id": "a"}], ("/questions/0/categories", "wrong_length")),
        ("/questions/0/categories/0/id", "a b", ("/questions/0/categories/0/id", "wrong_value")),
        ("/questions/1/categories/2/id", "a", ("/questions/1/categories/2/id", "duplicate_id")),
        (
            "/questions/0/categories/0/color",
            "red",
            ("/questions/0/categories/0/color", "wrong_value"),
        ),
        ("/questions/1/min", 4, ("/questions/1/min", "wrong_value")),
        ("/questions/1/max", 4, ("/questions/1/max", "wrong_value")),
        ("/questions/1/max", True, ("/questions/1/max", "wrong_value")),
        ("/questions/2/min", 5, ("/questions/2/max", "impossible_scale")),
        ("/questions/2/max", 500, ("/questions/2/max", "impossible_scale")),
        ("/questions/2/anchors", {"6": "x"}, ("/questions/2/anchors/6", "unknown_key")),
        ("/questions/2/anchors", [], ("/questions/2/anchors", "wrong_type")),
        ("/questions/3/max_length", 0, ("/questions/3/max_length", "wrong_value")),
        ("/questions/5/on", "picture", ("/questions/5/on", "unknown_input")),
        ("/questions/5/on", ["text"], ("/questions/5/on", "unknown_input")),
        ("/questions/6/on", "text", ("/questions/6/on", "unknown_input")),
        ("/questions/6/min_side", float("nan"), ("/questions/6/min_side", "wrong_value")),
        ("/questions/7/on", ["left"], ("/questions/7/on", "wrong_length")),
        ("/questions/7/on", ["left", "left"], ("/questions/7/on", "unlike_inputs")),
        ("/questions/7/on", ["left", "picture"], ("/questions/7/on", "unlike_inputs")),
        ("/questions/7/on/1", "x", ("/questions/7/on/1", "unknown_input")),
        ("/questions/3/show_when", {}, ("/questions/3/show_when", "wrong_condition")),
        ("/questions/3/show_when", None, ("/questions/3/show_when", "wrong_condition")),
        ("/questions/3/show_when/in", [], ("/questions/3/show_when/in", "wrong_length")),
        ("/questions/3/show_when/in/0", "x", ("/questions/3/show_when/in/0", "unknown_value")),
        (
            "/questions/3/show_when/in",
            ["neg", "neg"],
            ("/questions/3/show_when/in/1", "unknown_value"),
        ),
        ("/questions/3/show_when/not", 1, ("/questions/3/show_when/not", "unknown_key")),
        (
            "/questions/3/show_when/question",
            "entities",
            ("/questions/3/show_when/question", "unknown_question"),
        ),
        (
            "/questions/4/show_when/any/1/all/0/in",
            [True],
            ("/questions/4/show_when/any/1/all/0/in/0", "unknown_value"),
        ),
        (
            "/questions/4/show_when",
            {"question": "why", "in": ["x"]},
            ("/questions/4/show_when/question", "unfit_question"),
        ),
        ("/extra", 1, ("/extra", "unknown_key")),
    ],
)
def test_a_faulty_schema_is_refused_at_its_fault(
    path: str, value: Any, problem: tuple[str, str]
) -> None:
    assert problem in problems_of(changed(path, value))


def test_all_problems_are_found_at_once() -> None:
    document = changed("/questions/0/title", 3)
    document["questions"][2]["max"] = "x"
    document["inputs"][0]["type"] = None
    assert [path for path, _ in problems_of(document)][:3] == [
        "/inputs/0/type",
        "/questions/0/title",
        "/questions/2/max",
    ]


def test_endless_conditions_are_refused() -> None:
    condition: dict[str, Any] = {"question": "sentiment", "in": ["neg"]}
    for _ in range(100_000):
        condition = {"all": [condition]}
    found = problems_of(changed("/questions/3/show_when", condition))
    assert [code for _, code in found] == ["nested_too_deep"]


def test_a_flood_of_problems_is_cut() -> None:
    flood = {f"key{index}": 0 for index in range(10_000)}
    with pytest.raises(InvalidSchema) as refusal:
        LabelSchema.from_json({**DOCUMENT, **flood})
    assert len(refusal.value.problems) == MOST_PROBLEMS + 1
    assert refusal.value.problems[-1].code == "more_problems"


@calmly
@given(raw=hostile_json)
def test_hostile_documents_are_refused_and_never_crash(raw: Any) -> None:
    for document in (
        raw,
        {"inputs": raw, "questions": raw},
        {"inputs": INPUTS, "questions": [raw]},
    ):
        with pytest.raises(InvalidSchema):
            LabelSchema.from_json(document)


PLACES = [
    "/inputs/0",
    "/inputs/0/id",
    *(f"/questions/{i}" for i in range(8)),
    "/questions/0/categories",
    "/questions/1/min",
    "/questions/2/anchors",
    "/questions/3/show_when",
    "/questions/4/show_when/any/0",
    "/questions/5/on",
    "/questions/6/min_side",
    "/questions/7/on",
]


@settings(calmly, max_examples=200)
@given(path=st.sampled_from(PLACES), raw=hostile_json)
def test_the_published_schema_accepts_whatever_is_accepted(path: str, raw: Any) -> None:
    document = changed(path, raw)
    try:
        schema = LabelSchema.from_json(document)
    except InvalidSchema:
        return
    assert PUBLISHED.is_valid(document)
    assert LabelSchema.from_json(schema.to_json()) == schema
