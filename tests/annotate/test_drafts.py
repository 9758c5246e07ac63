"""Drafts go with the worker from browser to browser, and nowhere else."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from annotate import models
from annotate.services import keep_draft
from tests import make
from tests.annotate import acting

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


def draft(answer: Any, *, minutes: int = 0, **fields: Any) -> dict[str, Any]:
    changed = (NOON + timedelta(minutes=minutes)).isoformat()
    return {"answer": answer, "comment": "", "unsure": False, "changed_at": changed, **fields}


class Desk:
    """A worker with one item in hand."""

    def __init__(self) -> None:
        self.project = make.project()
        make.items(self.project, 2)
        self.caller = make.client_for(make.worker(self.project))
        self.lease = acting.claim(self.caller, self.project)[0]["id"]

    def keep(self, *what: Any, **fields: Any) -> make.Reply:
        return self.caller.put(f"assignments/{self.lease}/draft/", draft(*what, **fields))

    def found(self) -> Any:
        return acting.claim(self.caller, self.project)[0]["draft"]


def test_a_draft_comes_back_with_the_lease_in_another_browser() -> None:
    desk = Desk()
    assert desk.found() is None
    begun = draft({"tone": "p", "not": ["yet", 1.5, None]}, comment=" why?\n", unsure=True)
    assert desk.caller.put(f"assignments/{desk.lease}/draft/", begun) == (200, {"kept": True})
    first, second = acting.claim(desk.caller, desk.project, 2)
    assert (first["draft"], second["draft"]) == (begun, None)
    other = make.client_for(make.worker(desk.project))
    assert acting.claim(other, desk.project)[0]["draft"] is None


@pytest.mark.parametrize("order", [(1, 2), (2, 1), (2, 2)])
def test_of_two_drafts_the_later_one_is_kept(order: tuple[int, int]) -> None:
    desk = Desk()
    first, second = order
    assert desk.keep({"tone": first}, minutes=first)[1] == {"kept": True}
    assert desk.keep({"tone": second}, minutes=second)[1] == {"kept": second > first}
    assert desk.found()["answer"] == {"tone": 2}


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (draft(["no", "object"]), "/answer"),
        (draft({"text": "x" * keep_draft.MOST_BYTES}), "/answer"),
        (draft({}, comment="x" * 5001), "/comment"),
        (draft({}, changed_at="yesterday"), "/changed_at"),
        ({"answer": {}}, "/changed_at"),
    ],
)
def test_what_can_be_no_draft_is_refused_and_the_one_before_stays(body: Any, path: str) -> None:
    desk = Desk()
    desk.keep({"tone": "p"})
    status, refusal = desk.caller.put(f"assignments/{desk.lease}/draft/", body)
    assert (status, refusal["extra"]["problems"][0]["path"]) == (400, path)
    assert desk.found() == draft({"tone": "p"})


def test_a_lease_that_ran_out_keeps_its_draft_and_an_answered_one_takes_none() -> None:
    desk = Desk()
    acting.end_leases()
    assert desk.keep({"tone": "p"})[0] == 200
    assert acting.submit(desk.caller, desk.lease, make.POS)[0] == 200
    assert desk.keep({"tone": "n"}, minutes=1) == (200, {"kept": False})
    assert models.Draft.objects.get().answer == {"tone": "p"}


def test_what_was_begun_on_an_earlier_lease_is_not_offered_on_the_next() -> None:
    """An item that comes back to be looked at again shows the answer that was given, no draft."""
    desk = Desk()
    desk.keep({"tone": "p"})
    models.Draft.objects.update(saved_at=NOON - timedelta(days=400))
    assert desk.found() is None


def test_at_night_the_drafts_of_answered_items_go_and_others_stay_a_month() -> None:
    desk, idle, old = Desk(), Desk(), Desk()
    for one in (desk, idle, old):
        one.keep({"tone": "p"})
    assert acting.submit(desk.caller, desk.lease, make.POS)[0] == 200
    models.Draft.objects.filter(pk=old.lease).update(
        saved_at=models.Draft.objects.get(pk=old.lease).saved_at - timedelta(days=31)
    )
    assert keep_draft.forget_old_drafts() == 2
    assert [str(kept.pk) for kept in models.Draft.objects.all()] == [idle.lease]


@pytest.mark.django_db(transaction=True)
def test_of_twenty_drafts_at_once_the_latest_is_kept() -> None:
    desk = Desk()
    saves = [lambda n=n: desk.keep({"tone": n}, minutes=n) for n in range(20)]
    replies = acting.all_well(acting.at_once(saves))
    assert {status for status, _ in replies} == {200}
    assert desk.found()["answer"] == {"tone": 19}
