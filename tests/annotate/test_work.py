"""A worker's way: claim, submit, correct, skip, come late. Blind to all that others do."""

from typing import Any
from uuid import uuid4

import pytest

from annotate import models
from labeling.policy import MOST_AT_ONCE
from tests import make
from tests.annotate import acting

pytestmark = pytest.mark.django_db


def test_a_claim_leases_the_oldest_item() -> None:
    project = make.project()
    first, second = make.items(project, 2)
    (lease,) = acting.claim(make.client_for(make.worker(project)), project)
    assignment = models.Assignment.objects.get()
    assert lease["id"] == str(assignment.pk)
    assert (assignment.item_id, assignment.state) == (first.pk, "leased")
    assert set(lease) == {
        "id", "project", "guideline_version", "expires_at", "item", "prediction", "has_check",
        "earlier", "draft",
    }  # fmt: skip
    assert lease["item"] == {"data": {"text": "text 0"}}
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.taken, second.taken) == (1, 0)


def test_items_of_a_more_urgent_band_come_first() -> None:
    project = make.project()
    make.item(project, data={"text": "later"})
    lead = make.client_for(project.created_by)
    urgent = {"data": {"text": "urgent"}, "priority": 0}
    assert lead.post(f"projects/{project.pk}/items/", {"items": [urgent]})[0] == 200
    (lease,) = acting.claim(make.client_for(make.worker(project)), project)
    assert lease["item"]["data"] == {"text": "urgent"}


def test_a_claim_resumes_the_open_leases_before_it_takes_new_ones() -> None:
    project = make.project()
    make.items(project, 5)
    caller = make.client_for(make.worker(project))
    two = acting.claim(caller, project, 2)
    assert acting.claim(caller, project, 1) == two[:1]
    assert acting.claim(caller, project, 3)[:2] == two
    assert models.Assignment.objects.count() == 3


@pytest.mark.parametrize("limit", [None, 7])
def test_nobody_takes_more_along_than_the_policy_allows(limit: int | None) -> None:
    policy = {"min_overlap": 2} | ({} if limit is None else {"most_at_once": limit})
    project, most = make.project(policy=policy), limit or 60
    make.items(project, most + 3)
    caller = make.client_for(make.worker(project))
    assert caller.get(f"projects/{project.pk}/work/")[1]["most_at_once"] == most
    for count in (most, most + 1, MOST_AT_ONCE):
        assert len(acting.claim(caller, project, count)) == most
        assert models.Assignment.objects.count() == most
    status, body = caller.post(f"projects/{project.pk}/claim/", {"count": MOST_AT_ONCE + 1})
    assert (status, body["code"]) == (400, "invalid_input")
    assert models.Assignment.objects.count() == most


def test_a_lower_limit_takes_no_lease_away_and_holds_in_the_reply_to_an_answer_too() -> None:
    project = make.project(policy={"min_overlap": 2})
    make.items(project, 9)
    caller = make.client_for(make.worker(project))
    held = acting.claim(caller, project, 4)
    lead = make.client_for(project.created_by)
    policy = {"min_overlap": 2, "most_at_once": 2}
    assert lead.put(f"projects/{project.pk}/policy/", policy)[0] == 200
    for lease in held:
        body = {"submission_id": str(uuid4()), "answer": make.POS, "hold": 4}
        assert caller.post(f"assignments/{lease['id']}/submit/", body)[0] == 200
    assert models.Judgment.objects.count() == len(held)
    assert models.Assignment.objects.filter(state="leased").count() == 2


def test_a_claim_with_nothing_left_is_an_empty_list() -> None:
    project = make.project()
    caller = make.client_for(make.worker(project))
    assert acting.claim(caller, project) == []
    assert models.Assignment.objects.count() == 0


def test_an_accepted_judgment_is_stored_whole() -> None:
    project = make.project()
    item = make.item(project)
    worker = make.worker(project)
    judgment = acting.judge(worker, make.POS, comment="sure?", unsure=True)
    item.refresh_from_db()
    assignment = models.Assignment.objects.get()
    assert (judgment.item_id, judgment.worker_id) == (item.pk, worker.pk)
    assert (judgment.answer, judgment.comment, judgment.is_unsure) == (make.POS, "sure?", True)
    assert (judgment.is_surplus, judgment.ordinal, judgment.replaces) == (False, 1, None)
    assert judgment.guideline_id == project.guideline_id
    assert assignment.state == "answered"
    assert (item.stage, item.taken, item.judged) == ("open", 1, 1)
    worker.refresh_from_db()
    assert worker.judged_count == 1
    trail = models.Event.objects.filter(kind="item.judged").values_list("item", "worker")
    assert list(trail) == [(item.pk, worker.pk)]


def test_a_submit_hands_out_the_next_item_in_the_same_reply() -> None:
    project = make.project()
    make.items(project, 2)
    caller = make.client_for(make.worker(project))
    (lease,) = acting.claim(caller, project)
    status, body = acting.submit(caller, lease["id"], make.POS, next=True)
    assert (status, body["status"], body["judged_by_me"]) == (200, "accepted", 1)
    assert body["next"]["item"] == {"data": {"text": "text 1"}}
    status, body = acting.submit(caller, body["next"]["id"], make.POS, next=True)
    assert (body["judged_by_me"], body["next"]) == (2, None)


def test_the_same_submission_again_gets_the_same_reply_and_doubles_nothing() -> None:
    project = make.project()
    make.items(project, 2)
    caller = make.client_for(make.worker(project))
    (lease,) = acting.claim(caller, project)
    key = str(uuid4())
    first = acting.submit(caller, lease["id"], make.POS, submission=key, next=True)
    before = acting.counts()
    for _ in range(3):
        again = acting.submit(caller, lease["id"], make.POS, submission=key, next=True)
        assert again == first
    assert acting.counts() == before
    assert models.Judgment.objects.count() == 1


def test_a_replay_after_the_decision_still_gets_its_reply() -> None:
    project = make.project()
    make.item(project)
    caller = make.client_for(make.worker(project))
    (lease,) = acting.claim(caller, project)
    key = str(uuid4())
    first = acting.submit(caller, lease["id"], make.POS, submission=key)
    acting.vote(project, make.POS)
    assert models.Item.objects.get().stage == "settled"
    assert acting.submit(caller, lease["id"], make.POS, submission=key) == first
    assert models.Judgment.objects.count() == 2


def test_a_submission_id_with_another_answer_is_refused() -> None:
    project = make.project()
    make.item(project)
    caller = make.client_for(make.worker(project))
    (lease,) = acting.claim(caller, project)
    key = str(uuid4())
    acting.submit(caller, lease["id"], make.POS, submission=key)
    before = acting.counts()
    status, body = acting.submit(caller, lease["id"], make.NEG, submission=key)
    assert (status, body["code"]) == (409, "submission_reused")
    assert acting.counts() == before


def test_a_submission_id_of_another_item_is_refused() -> None:
    project = make.project()
    make.items(project, 2)
    caller = make.client_for(make.worker(project))
    first, second = acting.claim(caller, project, 2)
    key = str(uuid4())
    acting.submit(caller, first["id"], make.POS, submission=key)
    before = acting.counts()
    status, body = acting.submit(caller, second["id"], make.POS, submission=key)
    assert (status, body["code"]) == (409, "submission_reused")
    assert acting.counts() == before
    assert models.Assignment.objects.get(pk=second["id"]).state == "leased"


def test_two_workers_may_use_the_same_submission_id() -> None:
    project = make.project()
    make.item(project)
    key = str(uuid4())
    for _ in range(2):
        acting.judge(make.worker(project), make.POS, submission=key)
    assert models.Judgment.objects.count() == 2


def test_a_correction_replaces_the_vote_and_keeps_what_was_said() -> None:
    project = make.project()
    item = make.item(project)
    worker = make.worker(project)
    first = acting.judge(worker, make.NEG)
    caller = make.client_for(worker)
    status, body = acting.submit(caller, str(first.assignment_id), make.POS)
    assert (status, body["status"], body["judged_by_me"]) == (200, "accepted", 1)
    second = models.Judgment.objects.get(pk=body["judgment"])
    assert (second.replaces_id, second.answer) == (first.pk, make.POS)
    first.refresh_from_db()
    assert first.answer == make.NEG
    item.refresh_from_db()
    assert (item.taken, item.judged) == (1, 1)
    acting.vote(project, make.POS)
    item.refresh_from_db()
    assert item.final_label is not None
    assert item.final_label.answer == make.POS


def test_the_replaced_vote_does_not_count() -> None:
    project = make.project()
    item = make.item(project)
    worker = make.worker(project)
    first = acting.judge(worker, make.POS)
    acting.submit(make.client_for(worker), str(first.assignment_id), make.NEG)
    acting.vote(project, make.POS)
    item.refresh_from_db()
    assert (item.stage, item.overlap) == ("open", 3)


def test_a_correction_that_comes_too_late_is_refused() -> None:
    project = make.project()
    make.item(project)
    worker = make.worker(project)
    first = acting.judge(worker, make.POS)
    acting.vote(project, make.POS)
    caller = make.client_for(worker)
    before = acting.counts()
    status, body = acting.submit(caller, str(first.assignment_id), make.NEG)
    assert (status, body["code"]) == (409, "already_decided")
    assert acting.counts() == before


@pytest.mark.parametrize("action", ["submit", "heartbeat", "skip"])
def test_the_lease_of_somebody_else_does_not_exist(action: str) -> None:
    project = make.project()
    make.item(project)
    (lease,) = acting.claim(make.client_for(make.worker(project)), project)
    thief = make.client_for(make.worker(project))
    before = acting.counts()
    body = {"submission_id": str(uuid4()), "answer": make.POS, "reason": "unclear"}
    status, answer = thief.post(f"assignments/{lease['id']}/{action}/", body)
    assert (status, answer["code"]) == (404, "not_found")
    assert acting.counts() == before
    assert models.Assignment.objects.get().state == "leased"


def test_a_comment_that_is_too_long_is_refused() -> None:
    project = make.project()
    make.item(project)
    caller = make.client_for(make.worker(project))
    (lease,) = acting.claim(caller, project)
    before = acting.counts()
    status, body = acting.submit(caller, lease["id"], make.POS, comment="x" * 5001)
    assert (status, body["extra"]["problems"][0]["path"]) == (400, "/comment")
    assert acting.counts() == before


@pytest.mark.parametrize("number", ["0", "{other}", "999999", "9" * 18, "9" * 30])
def test_a_claim_where_one_has_no_part_says_that_there_is_nothing(number: str) -> None:
    worker = make.worker(make.project())
    other = make.project().pk
    status, body = make.client_for(worker).post(f"projects/{number.format(other=other)}/claim/")
    assert (status, body["code"]) == (404, "not_found")


def test_who_was_taken_off_a_project_claims_no_more() -> None:
    worker = make.worker(make.project())
    make.item(worker.project)
    models.Worker.objects.filter(pk=worker.pk).update(is_active=False)
    assert make.client_for(worker).post(f"projects/{worker.project_id}/claim/")[0] == 404


@pytest.mark.parametrize("role", [models.Role.EXPERT, models.Role.LEAD])
def test_who_has_another_part_is_told_which(role: str) -> None:
    worker = make.worker(make.project(), role)
    status, body = make.client_for(worker).post(f"projects/{worker.project_id}/claim/")
    assert (status, body["extra"]) == (403, {"action": "work.claim", "role": role})


@pytest.mark.parametrize("count", [0, 2000, -1, "two", 1.5, None, [1]])
def test_a_claim_of_no_number_is_refused_with_the_place(count: Any) -> None:
    worker = make.worker(make.project())
    status, body = make.client_for(worker).post(
        f"projects/{worker.project_id}/claim/", {"count": count}
    )
    assert (status, body["extra"]["problems"][0]["path"]) == (400, "/count")
