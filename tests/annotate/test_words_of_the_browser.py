"""What the server says in English has words in the browser for every code it may carry."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from annotate.queries.models import usable_questions, why_not, why_not_code
from annotate.refusals import Refusal
from labeling.schema import LabelSchema
from tests import make

LOCALES = Path(__file__).parents[2] / "frontend" / "src" / "locales"


def words(language: str, namespace: str) -> Any:
    return json.loads((LOCALES / language / f"{namespace}.json").read_text(encoding="utf-8"))


def codes(refusal: type[Refusal] = Refusal) -> Iterator[str]:
    for below in refusal.__subclasses__():
        yield below.code
        yield from codes(below)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_refusal_has_words(language: str) -> None:
    assert set(codes()) - words(language, "common")["errors"].keys() == set()


@pytest.mark.parametrize(
    ("schema", "code"),
    [
        (make.BOXES, "no_detector"),
        (
            {
                "inputs": [{"id": "text", "type": "text"}],
                "questions": [{"id": "q", "type": "number"}],
            },
            "not_a_choice",
        ),
        (
            {
                "inputs": [{"id": "picture", "type": "image"}],
                "questions": [
                    {"id": "q", "type": "choice", "categories": [{"id": "a"}, {"id": "b"}]}
                ],
            },
            "no_text",
        ),
    ],
)
def test_why_no_model_answers_has_a_code_with_words(schema: Any, code: str) -> None:
    parsed = LabelSchema.from_json(schema)
    question = parsed.questions[0]
    assert why_not_code(parsed, question) == code
    assert (why_not(parsed, question) or "").endswith(".")
    assert usable_questions(parsed) == []
    for language in ("en", "zh-hans"):
        assert words(language, "model")["whyNot"][code]


@pytest.mark.django_db
def test_the_record_of_the_model_carries_the_code() -> None:
    project = make.project(schema=make.BOXES)
    lead = make.client_for(project.created_by)
    (question,) = lead.get(f"projects/{project.pk}/model/")[1]["questions"]
    assert question["why_not_code"] == "no_detector"
    assert question["why_not"]
