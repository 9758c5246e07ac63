"""What is skipped: who sees it, how it is counted, and when it goes to an expert."""

from typing import Any

import pytest

from annotate import models
from annotate.queries.recount import differences
from annotate.queries.skips import MOST_OF_ITEM
from annotate.queries.why import why
from annotate.services.assign import release_expired_leases
from tests import make
from tests.annotate import acting
from tests.annotate.invariants import broken_promises

pytestmark = pytest.mark.django_db


class Place:
    """A project of two votes an item, one item, its lead and some of the crowd."""

    def __init__(self, workers: int, **dispute: Any) -> None:
        self.project = make.project(policy={"dispute": dispute})
        self.item = make.item(self.project)
        self.lead = make.client_for(self.project.created_by)
        self.workers = [make.worker(self.project) for _ in range(workers)]
        self.crowd = [make.client_for(worker) for worker in self.workers]
        self.expert = make.client_for(make.worker(self.project, role="expert"))
        self.path = f"projects/{self.project.pk}/"

    def skip(self, caller: make.Caller, reason: str = "unclear", comment: str = "") -> None:
        (lease,) = acting.claim(caller, self.project)
        body = {"reason": reason, "comment": comment, "next": False}
        for _ in range(2):  # sent twice, counted once
            assert caller.post(f"assignments/{lease['id']}/skip/", body) == (200, {"next": None})

    def stage(self) -> str:
        self.item.refresh_from_db()
        return self.item.stage

    def members(self) -> dict[str, int]:
        rows = self.lead.get(f"{self.path}members/")[1]["results"]
        return {row["pseudonym"]: row["skipped"] for row in rows}


def nothing_is_wrong() -> bool:
    found = [found for _, one in differences() for found in one]
    return (broken_promises(), found) == ({}, [])


def test_what_enough_workers_skipped_is_decided_by_an_expert() -> None:
    place = Place(5)
    place.skip(place.crowd[0], "unclear", "what is meant?")
    place.skip(place.crowd[1], "cannot")
    assert place.stage() == "new"
    place.skip(place.crowd[2], "unclear")
    assert (place.stage(), place.item.taken) == ("disputed", 0)
    # Nobody of the crowd is handed it any more, and the expert has nothing but the item.
    assert acting.claim(place.crowd[3], place.project) == []
    assert nothing_is_wrong()
    detail = place.expert.get(f"{place.path}disputes/{place.item.pk}/")[1]
    assert detail["votes"] == []
    assert acting.decide(place.expert, place.item, make.POS)[0] == 200
    assert place.stage() == "settled"
    (told,) = why(place.item)["decisions"]
    assert (told["code"], told["skips"], told["recomputes"]) == ("skipped", 3, True)
    assert told["skip_reasons"] == {"unclear": 2, "cannot": 1}
    assert nothing_is_wrong()


def test_a_lead_sees_who_skipped_what_and_why() -> None:
    place = Place(2, skips=0)
    second = make.item(place.project)
    place.skip(place.crowd[0], "offensive", "rude")
    place.skip(place.crowd[0], "unclear")
    place.skip(place.crowd[1], "unclear")
    first, other = (worker.pseudonym for worker in place.workers)
    shown = place.members()
    assert (shown[first], shown[other]) == (2, 1)
    path = f"{place.path}members/{place.workers[0].pk}/skips/"
    _, body = place.lead.get(f"{path}?limit=1")
    assert (body["judged"], body["skipped"]) == (0, 2)
    assert body["reasons"] == [
        {"reason": "offensive", "skipped": 1},
        {"reason": "unclear", "skipped": 1},
    ]
    assert [row["item"] for row in body["results"]] == [second.pk]
    (row,) = place.lead.get(f"{path}?cursor={body['next']}")[1]["results"]
    assert (row["item"], row["reason"], row["comment"]) == (place.item.pk, "offensive", "rude")
    skips = place.lead.get(f"{place.path}items/{place.item.pk}/")[1]["skips"]
    assert [(s["worker"], s["reason"]) for s in skips] == [
        (first, "offensive"),
        (other, "unclear"),
    ]
    assert place.crowd[0].get(f"{place.path}record/")[1]["skipped"] == 2
    assert nothing_is_wrong()
    models.SkipCount.objects.filter(worker=place.workers[0], reason="unclear").delete()
    (wrong,) = [found for _, one in differences() for found in one]
    assert (wrong.what, wrong.stored, wrong.counted) == (f"unclear skips of {first}", 0, 1)


def test_what_nobody_else_can_be_given_goes_to_an_expert_at_once() -> None:
    place = Place(2, skips=10)
    place.skip(place.crowd[0])
    assert place.stage() == "new"
    place.skip(place.crowd[1])
    assert place.stage() == "disputed"
    assert nothing_is_wrong()


def test_an_item_waits_for_whoever_could_still_judge_it() -> None:
    """A lease that ran out can be had again; a skip by one who is alone calls no expert."""
    place = Place(3, skips=10)
    acting.claim(place.crowd[2], place.project)
    acting.end_leases(state="leased")
    assert release_expired_leases() == 1
    place.skip(place.crowd[0])
    place.skip(place.crowd[1])
    assert place.stage() == "new"
    (lease,) = acting.claim(place.crowd[2], place.project)
    assert acting.submit(place.crowd[2], lease["id"], make.POS)[0] == 200
    alone = Place(1, skips=10)
    alone.skip(alone.crowd[0])
    assert alone.stage() == "new"
    assert nothing_is_wrong()


def test_a_worker_who_holds_the_item_is_still_heard_when_it_is_disputed() -> None:
    place = Place(4)
    (lease,) = acting.claim(place.crowd[3], place.project)
    for caller in place.crowd[:3]:
        place.skip(caller)
    assert place.stage() == "disputed"
    status, body = acting.submit(place.crowd[3], lease["id"], make.POS)
    assert (status, body["status"]) == (200, "accepted")
    assert nothing_is_wrong()


def test_as_many_skips_are_read_as_a_policy_may_ask_for() -> None:
    place = Place(1)
    status, body = place.lead.put(f"{place.path}policy/", {"dispute": {"skips": MOST_OF_ITEM}})
    assert (status, body["extra"]["problems"][0]["path"]) == (400, "/dispute/skips")
