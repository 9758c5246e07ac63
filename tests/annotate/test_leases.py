"""Leases end, are prolonged and given back; late answers are kept, and never counted twice."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.db.models.functions import Now

from annotate import models
from annotate.services.assign import release_expired_leases
from tests import make
from tests.annotate import acting
from tests.annotate.test_gold import ALWAYS, decided_gold

pytestmark = pytest.mark.django_db


def only_item() -> models.Item:
    return models.Item.objects.get()


def test_a_lease_that_ran_out_gives_its_slot_back() -> None:
    project = make.project(policy=make.ONE_VOTE)
    item = make.item(project)
    acting.claim(make.client_for(make.worker(project)), project)
    assert not models.QueueEntry.objects.exists()
    acting.end_leases()
    assert release_expired_leases() == 1
    assert release_expired_leases() == 0
    item.refresh_from_db()
    assert (item.taken, models.Assignment.objects.get().state) == (0, "expired")
    assert models.QueueEntry.objects.get().item_id == item.pk


def test_a_worker_whose_lease_ran_out_may_get_the_item_again_under_the_same_id() -> None:
    project = make.project(policy=make.ONE_VOTE)
    item = make.item(project)
    caller = make.client_for(make.worker(project))
    (lease,) = acting.claim(caller, project)
    acting.end_leases()
    release_expired_leases()
    (again,) = acting.claim(caller, project)
    assert again["id"] == lease["id"]
    item.refresh_from_db()
    assert (item.taken, models.Assignment.objects.count()) == (1, 1)


@pytest.mark.parametrize("reaper_came", [True, False])
def test_a_late_answer_is_accepted_while_there_is_room(*, reaper_came: bool) -> None:
    project = make.project(policy=make.ONE_VOTE)
    item = make.item(project)
    caller = make.client_for(make.worker(project))
    (lease,) = acting.claim(caller, project)
    acting.end_leases()
    if reaper_came:
        release_expired_leases()
    status, body = acting.submit(caller, lease["id"], make.POS)
    assert (status, body["status"]) == (200, "accepted")
    item.refresh_from_db()
    assert (item.stage, item.taken, item.judged) == ("settled", 1, 1)
    assert not models.QueueEntry.objects.exists()


def test_a_late_answer_without_room_is_kept_as_surplus_and_not_counted() -> None:
    project = make.project()
    item = make.item(project)
    late = make.worker(project)
    caller = make.client_for(late)
    (lease,) = acting.claim(caller, project)
    acting.end_leases()
    release_expired_leases()
    others = [make.client_for(make.worker(project)) for _ in range(2)]
    leases = [acting.claim(other, project)[0] for other in others]
    status, body = acting.submit(caller, lease["id"], make.NEG)
    assert (status, body["status"], body["judged_by_me"]) == (200, "surplus", 1)
    judgment = models.Judgment.objects.get()
    assert (judgment.is_surplus, judgment.answer) == (True, make.NEG)
    item.refresh_from_db()
    assert (item.taken, item.judged, item.stage) == (2, 0, "new")
    for other, held in zip(others, leases, strict=True):
        acting.submit(other, held["id"], make.POS)
    item.refresh_from_db()
    assert item.final_label is not None
    assert (item.stage, item.final_label.answer) == ("settled", make.POS)


def test_an_answer_after_the_decision_is_surplus() -> None:
    project = make.project(policy={"min_overlap": 2, "max_overlap": 3})
    make.item(project)
    slow = make.client_for(make.worker(project))
    (lease,) = acting.claim(slow, project)
    lead = make.client_for(project.created_by)
    assert lead.put(f"projects/{project.pk}/policy/", make.ONE_VOTE)[0] == 200
    acting.vote(project, make.POS)
    assert only_item().stage == "settled"
    status, body = acting.submit(slow, lease["id"], make.NEG)
    assert (status, body["status"]) == (200, "surplus")
    assert models.FinalLabel.objects.get().answer == make.POS


def test_ready_counts_what_can_be_claimed() -> None:
    project = make.project()
    make.items(project, 3)
    worker = make.worker(project)
    caller = make.client_for(worker)

    def ready() -> int:
        count: int = caller.get(f"projects/{project.pk}/work/")[1]["ready"]
        return count

    assert ready() == 3
    acting.judge(worker, make.POS)
    assert ready() == 2


def test_what_remains_is_the_same_before_and_after_a_claim() -> None:
    project = make.project()
    make.items(project, 4)
    worker = make.worker(project)
    caller = make.client_for(worker)

    def told() -> tuple[int, int, int]:
        work = caller.get(f"projects/{project.pk}/work/")[1]
        return work["judged_by_me"], work["ready"], work["remaining"]

    assert told() == (0, 4, 4)
    lease, _other = acting.claim(caller, project, 2)
    assert told() == (0, 2, 4)
    acting.submit(caller, lease["id"], make.POS)
    assert told() == (1, 2, 3)


def test_what_remains_does_not_tell_that_a_claim_gave_gold() -> None:
    """The leases of a claim add up to what left the queue, unless gold is left out of the sum."""
    project = make.project(policy=ALWAYS)
    decided_gold(project, 2)
    make.items(project, 20)
    caller = make.client_for(make.worker(project))

    def remaining() -> Any:
        return caller.get(f"projects/{project.pk}/work/")[1]["remaining"]

    before = remaining()
    acting.claim(caller, project, 5)
    assert models.Assignment.objects.filter(purpose="gold", state="leased").count() == 2
    assert remaining() == before == 20


def test_ready_does_not_count_an_item_that_late_answers_filled() -> None:
    project = make.project()
    make.item(project)
    late = make.client_for(make.worker(project))
    (lease,) = acting.claim(late, project)
    acting.end_leases()
    release_expired_leases()
    acting.claim(make.client_for(make.worker(project)), project)
    assert acting.submit(late, lease["id"], make.POS)[1]["status"] == "accepted"
    third = make.client_for(make.worker(project))
    assert acting.claim(third, project) == []
    assert third.get(f"projects/{project.pk}/work/")[1]["ready"] == 0


def test_a_heartbeat_prolongs_a_live_lease_only() -> None:
    project = make.project()
    make.item(project)
    caller = make.client_for(make.worker(project))
    (lease,) = acting.claim(caller, project)
    acting.end_leases()
    before = models.Assignment.objects.get()
    status, body = caller.post(f"assignments/{lease['id']}/heartbeat/")
    assert (status, body["code"]) == (409, "already_decided")
    assert models.Assignment.objects.get().expires_at == before.expires_at


def test_a_heartbeat_moves_the_end_of_the_lease() -> None:
    project = make.project(policy={"lease_seconds": 600})
    make.item(project)
    caller = make.client_for(make.worker(project))
    (lease,) = acting.claim(caller, project)
    before = models.Assignment.objects.get()
    project_lead = make.client_for(project.created_by)
    project_lead.put(f"projects/{project.pk}/policy/", {"lease_seconds": 1200})
    assert caller.post(f"assignments/{lease['id']}/heartbeat/")[0] == 200
    moved = models.Assignment.objects.get().expires_at - before.expires_at
    assert 599 <= moved.total_seconds() <= 700


def test_heartbeats_prolong_a_lease_to_four_hours_from_the_claim_and_no_further() -> None:
    project = make.project(policy={"lease_seconds": 900})
    make.item(project)
    caller = make.client_for(make.worker(project))
    (lease,) = acting.claim(caller, project)
    held = models.Assignment.objects.filter(pk=lease["id"])

    def beat(*, claimed: timedelta) -> timedelta:
        """How long the lease still lasts after a heartbeat, so long after the claim."""
        held.update(leased_at=Now() - claimed, expires_at=Now() + timedelta(minutes=1))
        assert caller.post(f"assignments/{lease['id']}/heartbeat/")[0] == 200
        left = held.annotate(left=F("expires_at") - Now()).values_list("left", flat=True).get()
        return timedelta(minutes=round(left.total_seconds() / 60))

    assert beat(claimed=timedelta(hours=3)) == timedelta(minutes=15)
    assert beat(claimed=timedelta(hours=3, minutes=50)) == timedelta(minutes=10)
    assert beat(claimed=timedelta(hours=5)) == timedelta(minutes=1)


def test_a_heartbeat_cuts_no_lease_short() -> None:
    project = make.project(policy={"lease_seconds": 86_400})
    make.item(project)
    caller = make.client_for(make.worker(project))
    (lease,) = acting.claim(caller, project)
    before = models.Assignment.objects.get().expires_at
    assert caller.post(f"assignments/{lease['id']}/heartbeat/")[0] == 200
    assert models.Assignment.objects.get().expires_at == before


def test_a_skipped_item_goes_to_others_and_never_back() -> None:
    project = make.project(policy=make.ONE_VOTE)
    item = make.item(project)
    caller = make.client_for(make.worker(project))
    (lease,) = acting.claim(caller, project)
    reply = caller.post(f"assignments/{lease['id']}/skip/", {"reason": "unclear", "comment": "?"})
    assert reply == (200, {"next": None})
    item.refresh_from_db()
    assert (item.taken, item.stage) == (0, "new")
    assert acting.claim(caller, project) == []
    event = models.Event.objects.get(kind="item.skipped")
    assert event.payload == {"reason": "unclear", "comment": "?"}
    acting.vote(project, make.POS)
    assert only_item().stage == "settled"


def test_a_second_skip_changes_nothing() -> None:
    project = make.project()
    item = make.item(project)
    caller = make.client_for(make.worker(project))
    (lease,) = acting.claim(caller, project)
    path = f"assignments/{lease['id']}/skip/"
    caller.post(path, {"reason": "cannot"})
    before = acting.counts()
    assert caller.post(path, {"reason": "cannot"})[0] == 200
    assert acting.counts() == before
    item.refresh_from_db()
    assert item.taken == 0


def test_a_skipped_assignment_takes_no_answer() -> None:
    project = make.project()
    make.item(project)
    caller = make.client_for(make.worker(project))
    (lease,) = acting.claim(caller, project)
    caller.post(f"assignments/{lease['id']}/skip/", {"reason": "other"})
    before = acting.counts()
    status, body = acting.submit(caller, lease["id"], make.POS)
    assert (status, body["code"]) == (409, "assignment_closed")
    assert acting.counts() == before


def test_an_item_is_leased_to_no_more_workers_than_its_overlap() -> None:
    project = make.project()
    item = make.item(project)
    callers = [make.client_for(make.worker(project)) for _ in range(4)]
    assert [len(acting.claim(caller, project)) for caller in callers] == [1, 1, 0, 0]
    item.refresh_from_db()
    assert (item.taken, item.overlap) == (2, 2)
    assert not models.QueueEntry.objects.exists()


def test_a_worker_never_gets_an_item_twice() -> None:
    project = make.project(policy={"min_overlap": 3, "max_overlap": 5})
    make.items(project, 3)
    worker = make.worker(project)
    caller = make.client_for(worker)
    for _ in range(3):
        acting.judge(worker, make.POS)
    assert acting.claim(caller, project) == []
    assert models.Item.objects.filter(taken=1).count() == 3
