"""Answers that can't be taken, one of each label type, each with a pointer to the place."""

from typing import Any

import pytest

from annotate import models
from tests import make
from tests.annotate import acting

pytestmark = pytest.mark.django_db

CATEGORIES = [{"id": "a"}, {"id": "b"}, {"id": "c"}]
SCHEMA: dict[str, Any] = {
    "inputs": [
        {"id": "text", "type": "text"},
        {"id": "other", "type": "text"},
        {"id": "picture", "type": "image"},
    ],
    "questions": [
        {"id": "one", "type": "choice", "categories": CATEGORIES},
        {"id": "some", "type": "choices", "categories": CATEGORIES, "max": 2},
        {"id": "stars", "type": "rating", "min": 1, "max": 5},
        {"id": "why", "type": "text", "max_length": 10, "required": False},
        {"id": "names", "type": "spans", "on": "text", "categories": CATEGORIES},
        {"id": "things", "type": "boxes", "on": "picture", "categories": CATEGORIES},
        {"id": "better", "type": "pairwise", "on": ["text", "other"], "allow_tie": False},
        {
            "id": "more",
            "type": "text",
            "required": False,
            "show_when": {"question": "one", "in": ["a"]},
        },
    ],
}
GOOD: dict[str, Any] = {
    "one": "b",
    "some": ["c", "a"],
    "stars": 4,
    "names": [{"start": 0, "end": 2, "category": "a"}],
    "things": [{"x": 1, "y": 2, "width": 10, "height": 8, "category": "b"}],
    "better": "left",
}


def span(start: Any, end: Any, category: Any = "a") -> list[dict[str, Any]]:
    return [{"start": start, "end": end, "category": category}]


def box(**changed: Any) -> list[dict[str, Any]]:
    return [{"x": 0, "y": 0, "width": 10, "height": 10, "category": "a", **changed}]


# What of the good answer is changed, and where the problem is.
BAD: list[tuple[dict[str, Any], str]] = [
    ({"one": "zzz"}, "/one"),
    ({"one": None}, "/one"),
    ({"one": ["a"]}, "/one"),
    ({"some": []}, "/some"),
    ({"some": ["a", "b", "c"]}, "/some"),
    ({"some": ["a", "a"]}, "/some/1"),
    ({"some": ["a", "x"]}, "/some/1"),
    ({"some": "a"}, "/some"),
    ({"stars": 0}, "/stars"),
    ({"stars": 6}, "/stars"),
    ({"stars": 2.5}, "/stars"),
    ({"stars": True}, "/stars"),
    ({"stars": "4"}, "/stars"),
    ({"stars": 10**18}, "/stars"),
    ({"why": "12345678901"}, "/why"),
    ({"why": 5}, "/why"),
    ({"names": span(-1, 2)}, "/names/0/start"),
    ({"names": span(0, 5)}, "/names/0/end"),
    ({"names": span(2, 2)}, "/names/0/end"),
    ({"names": span(3, 1)}, "/names/0/end"),
    ({"names": span(0, 1.5)}, "/names/0/end"),
    ({"names": span(0, 1, "x")}, "/names/0/category"),
    ({"names": [*span(0, 2), *span(1, 3)]}, "/names/1"),
    ({"names": [{"start": 0, "end": 1}]}, "/names/0"),
    ({"names": {}}, "/names"),
    ({"things": box(x=-5)}, "/things/0/x"),
    ({"things": box(width=41)}, "/things/0/x"),
    ({"things": box(y=25)}, "/things/0/y"),
    ({"things": box(height=0)}, "/things/0/height"),
    ({"things": box(width=-3)}, "/things/0/width"),
    ({"things": box(x="1")}, "/things/0/x"),
    ({"things": box(category="x")}, "/things/0/category"),
    ({"things": box(z=1)}, "/things/0/z"),
    ({"better": "tie"}, "/better"),
    ({"better": "right?"}, "/better"),
    ({"more": "hidden here"}, "/more"),
    ({"unknown": 1}, "/unknown"),
]


@pytest.fixture
def lease() -> tuple[make.Caller, str]:
    project = make.project(schema=SCHEMA)
    picture = {"media": make.media(project, (40, 30)).sha256}
    # Four code points, more in UTF-8 and UTF-16.
    make.item(project, data={"text": "a😀é!", "other": "x", "picture": picture})
    caller = make.client_for(make.worker(project))
    return caller, acting.claim(caller, project)[0]["id"]


def test_a_good_answer_is_taken_in_its_normal_form(lease: tuple[make.Caller, str]) -> None:
    assert acting.submit(*lease, GOOD)[0] == 200
    stored = models.Judgment.objects.get().answer
    assert stored["some"] == ["a", "c"]
    assert {**stored, "some": GOOD["some"]} == GOOD


@pytest.mark.parametrize(("changed", "path"), BAD, ids=[str(changed) for changed, _ in BAD])
def test_a_bad_label_is_refused_with_its_place(
    lease: tuple[make.Caller, str], changed: dict[str, Any], path: str
) -> None:
    before = acting.counts()
    status, body = acting.submit(*lease, {**GOOD, **changed})
    assert (status, body["code"]) == (400, "invalid_answer")
    problems = body["extra"]["problems"]
    assert path in {problem["path"] for problem in problems}, problems
    assert all(problem["message"] and problem["code"] for problem in problems)
    assert acting.counts() == before


@pytest.mark.parametrize("missing", ["one", "some", "stars", "names", "things", "better"])
def test_a_required_label_may_not_be_left_out(
    lease: tuple[make.Caller, str], missing: str
) -> None:
    before = acting.counts()
    answer = {key: label for key, label in GOOD.items() if key != missing}
    status, body = acting.submit(*lease, answer)
    assert (status, body["code"]) == (400, "invalid_answer")
    assert f"/{missing}" in {problem["path"] for problem in body["extra"]["problems"]}
    assert acting.counts() == before


@pytest.mark.parametrize("answer", [None, [], "pos", 1, {}, {"tone": {"deep": [[]]}}])
def test_an_answer_that_is_no_answer_is_refused(
    lease: tuple[make.Caller, str], answer: Any
) -> None:
    before = acting.counts()
    status, _ = acting.submit(*lease, answer)
    assert status == 400
    assert acting.counts() == before


def test_all_problems_are_told_at_once(lease: tuple[make.Caller, str]) -> None:
    _, body = acting.submit(*lease, {**GOOD, "one": "x", "stars": 9, "better": ""})
    found = {problem["path"] for problem in body["extra"]["problems"]}
    assert {"/one", "/stars", "/better"} <= found
