"""A submit is read by a short way and a long one: both take and refuse the same."""

from typing import Any
from uuid import uuid4

import pytest
from rest_framework.exceptions import ValidationError

from annotate.api.assignments import SubmitView
from tests import make
from tests.annotate import acting

KEY = "5b0c1f5e-9d5b-4a66-8a4a-0d8b5ce7a001"
SENT: Any = {"submission_id": KEY, "answer": {"tone": "good"}}

BODIES: list[Any] = [
    SENT,
    {**SENT, "comment": "  because  ", "unsure": True, "next": False, "hold": 3},
    {**SENT, "submission_id": KEY.replace("-", "")},
    {**SENT, "submission_id": f"urn:uuid:{KEY}"},
    {**SENT, "submission_id": "five"},
    {**SENT, "submission_id": 5},
    {**SENT, "answer": None},
    {**SENT, "answer": []},
    {**SENT, "answer": "good"},
    {**SENT, "comment": None},
    {**SENT, "comment": 7},
    {**SENT, "comment": "x" * 5000 + " "},
    {**SENT, "comment": "x" * 5001},
    {**SENT, "unsure": "true"},
    {**SENT, "unsure": None},
    {**SENT, "unsure": 1},
    {**SENT, "next": "no"},
    {**SENT, "next": "perhaps"},
    {**SENT, "hold": "2"},
    {**SENT, "hold": 2.0},
    {**SENT, "hold": 2.5},
    {**SENT, "hold": True},
    {**SENT, "hold": 0},
    {**SENT, "hold": 6},
    {**SENT, "more": "than was asked"},
    {"answer": {}},
    {"submission_id": KEY},
    {},
    [],
    None,
    "text",
]


def quick(body: Any) -> Any:
    try:
        sent = SubmitView()._read(body)
    except ValidationError as error:
        return error.detail
    return {
        "submission_id": sent.submission_id,
        "answer": sent.answer,
        "comment": sent.comment.strip(),
        "unsure": sent.unsure,
        "next": sent.next,
        "hold": sent.hold,
    }


def slow(body: Any) -> Any:
    checked = SubmitView.Input(data=body)
    return checked.validated_data if checked.is_valid() else checked.errors


@pytest.mark.parametrize("body", BODIES, ids=str)
def test_the_short_way_takes_and_refuses_what_the_long_one_does(body: Any) -> None:
    assert quick(body) == slow(body)


@pytest.mark.django_db
def test_the_database_stores_at_once_only_the_first_answer_of_a_live_lease() -> None:
    project = make.project()
    item = make.item(project)
    worker = make.worker(project)
    caller = make.client_for(worker)
    (lease,) = acting.claim(caller, project)
    key = str(uuid4())
    first = acting.submit(caller, lease["id"], make.POS, submission=key)
    # Again, then a correction: neither is a second first answer.
    assert acting.submit(caller, lease["id"], make.POS, submission=key) == first
    status, corrected = acting.submit(caller, lease["id"], make.NEG)
    assert (status, corrected["judged_by_me"]) == (200, 1)
    item.refresh_from_db()
    assert (item.judged, item.taken, item.stage) == (1, 1, "open")
    said = list(item.judgments.order_by("pk").values_list("ordinal", "replaces"))
    assert said == [(1, None), (1, first[1]["judgment"])]
