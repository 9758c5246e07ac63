"""A worker's way: claim, submit, correct, skip, come late. Blind to all that others do."""

from typing import Any
from uuid import uuid4

import pytest

from annotate import models
from annotate.services.assign import MOST_LEASES, release_expired_leases
from labeling.formats.rows import ImportedPrediction
from tests import make
from tests.annotate import acting

pytestmark = pytest.mark.django_db


def only_item() -> models.Item:
    return models.Item.objects.get()


def test_a_claim_leases_the_oldest_item() -> None:
    project = make.project()
    first, second = make.items(project, 2)
    (lease,) = acting.claim(make.client_for(make.worker(project)), project)
    assignment = models.Assignment.objects.get()
    assert lease["id"] == str(assignment.pk)
    assert (assignment.item_id, assignment.state) == (first.pk, "leased")
    assert set(lease) == {
        "id", "project", "guideline_version", "expires_at", "item", "prediction"
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


def test_nobody_holds_more_than_five_leases() -> None:
    project = make.project()
    make.items(project, 8)
    caller = make.client_for(make.worker(project))
    assert len(acting.claim(caller, project, 5)) == MOST_LEASES
    assert len(acting.claim(caller, project, 5)) == MOST_LEASES
    assert models.Assignment.objects.count() == MOST_LEASES
    status, body = caller.post(f"projects/{project.pk}/claim/", {"count": 6})
    assert (status, body["code"]) == (400, "invalid_input")
    assert models.Assignment.objects.count() == MOST_LEASES


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
    assert only_item().stage == "settled"
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


def test_a_paused_project_hands_out_nothing_but_takes_answers() -> None:
    project = make.project()
    make.items(project, 2)
    caller = make.client_for(make.worker(project))
    (lease,) = acting.claim(caller, project)
    lead = make.client_for(project.created_by)
    assert lead.patch(f"projects/{project.pk}/", {"stage": "paused"})[0] == 200
    assert acting.claim(caller, project, 3) == [lease]
    status, body = acting.submit(caller, lease["id"], make.POS, next=True)
    assert (status, body["status"], body["next"]) == (200, "accepted", None)
    before = acting.counts()
    status, body = caller.post(f"projects/{project.pk}/claim/")
    assert (status, body["code"]) == (409, "project_not_open")
    assert acting.counts() == before


def test_an_answer_is_checked_by_the_guideline_it_was_leased_with() -> None:
    project = make.project()
    item = make.item(project)
    caller = make.client_for(make.worker(project))
    (lease,) = acting.claim(caller, project)
    newer = make.json.loads(make.json.dumps(make.CHOICE))
    newer["questions"][0]["categories"] = [{"id": "good"}, {"id": "pos"}]
    lead = make.client_for(project.created_by)
    assert lead.post(f"projects/{project.pk}/guidelines/", {"schema": newer})[0] == 201
    status, body = acting.submit(caller, lease["id"], make.NEG)
    assert (status, body["status"]) == (200, "accepted")
    judgment = models.Judgment.objects.get()
    assert judgment.guideline.version == 1
    # "neg" is no category any more, so others are asked until the votes that count suffice.
    acting.vote(project, make.POS, make.POS)
    item.refresh_from_db()
    assert item.final_label is not None
    assert (item.stage, item.judged, item.final_label.answer) == ("settled", 3, make.POS)
    assert item.final_label.guideline.version == 2


def test_a_new_lease_uses_the_new_guideline() -> None:
    project = make.project()
    make.item(project)
    newer = make.json.loads(make.json.dumps(make.CHOICE))
    newer["questions"][0]["categories"][1]["id"] = "bad"
    lead = make.client_for(project.created_by)
    lead.post(f"projects/{project.pk}/guidelines/", {"schema": newer})
    caller = make.client_for(make.worker(project))
    (lease,) = acting.claim(caller, project)
    assert lease["guideline_version"] == 2
    before = acting.counts()
    assert acting.submit(caller, lease["id"], make.NEG)[0] == 400
    assert acting.counts() == before
    assert acting.submit(caller, lease["id"], {"tone": "bad"})[0] == 200


SHOWN = [ImportedPrediction(model="other", answer={"tone": "neg"}, score=0.75)]


@pytest.mark.parametrize("policy", ["hidden", "shown"])
def test_a_prediction_is_shown_only_when_the_policy_says_so(policy: str) -> None:
    project = make.project(policy={"prediction": policy})
    make.item(project, predictions=SHOWN)
    worker = make.worker(project)
    caller = make.client_for(worker)
    (lease,) = acting.claim(caller, project)
    expected = {"answer": make.NEG, "score": 0.75} if policy == "shown" else None
    assert lease["prediction"] == expected
    assert acting.claim(caller, project)[0]["prediction"] == expected
    acting.submit(caller, lease["id"], make.POS)
    assert models.Judgment.objects.get().saw_prediction is (policy == "shown")


def test_a_resumed_lease_shows_the_prediction_of_every_question_again() -> None:
    second = {**make.CHOICE["questions"][0], "id": "zeal"}
    schema = {**make.CHOICE, "questions": [*make.CHOICE["questions"], second]}
    project = make.project(schema=schema, policy={"prediction": "shown"})
    answer: dict[str, Any] = {"tone": "neg", "zeal": "pos"}
    make.item(project, predictions=[ImportedPrediction(model="m", answer=answer, score=0.5)])
    caller = make.client_for(make.worker(project))
    (lease,) = acting.claim(caller, project)
    assert lease["prediction"] == {"answer": answer, "score": 0.5}
    assert acting.claim(caller, project) == [lease]


def test_a_comment_that_is_too_long_is_refused() -> None:
    project = make.project()
    make.item(project)
    caller = make.client_for(make.worker(project))
    (lease,) = acting.claim(caller, project)
    before = acting.counts()
    status, body = acting.submit(caller, lease["id"], make.POS, comment="x" * 5001)
    assert (status, body["extra"]["problems"][0]["path"]) == (400, "/comment")
    assert acting.counts() == before
