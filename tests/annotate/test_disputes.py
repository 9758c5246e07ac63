"""The expert desk: take a dispute, see the votes without names, decide it once."""

import json
from typing import Any
from uuid import uuid4

import pytest

from annotate import models
from annotate.services.assign import release_expired_leases
from labeling.formats.rows import ImportedPrediction
from tests import make
from tests.annotate import acting

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> models.Project:
    return make.project()


def expert_of(project: models.Project) -> make.Caller:
    return make.client_for(make.worker(project, "expert"))


def take(caller: make.Caller, project: models.Project, item: int | None = None) -> make.Reply:
    body = {} if item is None else {"item": item}
    return caller.post(f"projects/{project.pk}/disputes/claim/", body)


def test_a_claim_leases_the_dispute_to_one_expert(project: models.Project) -> None:
    item = acting.dispute(project)
    expert = expert_of(project)
    status, body = take(expert, project)
    assert (status, body["dispute"]["item"], body["dispute"]["held_by_me"]) == (200, item.pk, True)
    assignment = models.Assignment.objects.get(purpose="adjudicate")
    assert (assignment.item, assignment.state) == (item, "leased")
    assert (assignment.expires_at - assignment.leased_at).total_seconds() >= 1799
    assert take(expert_of(project), project) == (200, {"dispute": None})
    assert not models.QueueEntry.objects.exists()


def test_a_claim_resumes_the_dispute_that_is_held(project: models.Project) -> None:
    for _ in range(2):
        acting.dispute(project)
    expert = expert_of(project)
    _, first = take(expert, project)
    _, again = take(expert, project)
    assert again["dispute"]["item"] == first["dispute"]["item"]
    assert models.Assignment.objects.filter(purpose="adjudicate").count() == 1


@pytest.mark.parametrize(("role", "status"), [("lead", 200), ("expert", 200), ("crowd", 403)])
def test_an_owner_decides_as_what_they_are_in_the_project(
    project: models.Project, role: str, status: int
) -> None:
    acting.dispute(project)
    worker = make.worker(project, role)
    models.OrganisationMembership.objects.update_or_create(
        organisation=project.organisation, user=worker.user, defaults={"role": "owner"}
    )
    assert take(make.client_for(worker), project)[0] == status
    assert models.Assignment.objects.filter(worker=worker).exists() == (status == 200)


def test_a_given_dispute_can_be_taken(project: models.Project) -> None:
    acting.dispute(project)
    second = acting.dispute(project)
    status, body = take(expert_of(project), project, second.pk)
    assert (status, body["dispute"]["item"]) == (200, second.pk)


def test_a_dispute_that_another_expert_holds_is_refused(project: models.Project) -> None:
    item = acting.dispute(project)
    take(expert_of(project), project)
    late = expert_of(project)
    before = acting.counts()
    status, body = take(late, project, item.pk)
    assert (status, body["code"]) == (409, "held_by_other")
    status, body = acting.decide(late, item, make.POS)
    assert (status, body["code"]) == (409, "held_by_other")
    assert acting.counts() == before
    item.refresh_from_db()
    assert item.stage == "disputed"


def test_an_experts_lease_that_ran_out_is_free_at_once(project: models.Project) -> None:
    item = acting.dispute(project)
    take(expert_of(project), project)
    acting.end_leases(purpose="adjudicate")
    status, body = take(expert_of(project), project, item.pk)
    assert (status, body["dispute"]["held_by_me"]) == (200, True)
    assert models.Assignment.objects.filter(purpose="adjudicate", state="leased").count() == 1


def test_the_reaper_puts_a_dispute_back_into_the_experts_queue(project: models.Project) -> None:
    item = acting.dispute(project)
    first = expert_of(project)
    take(first, project)
    acting.end_leases(purpose="adjudicate")
    assert release_expired_leases() == 1
    assert models.QueueEntry.objects.get().tier == "expert"
    assert take(first, project)[1]["dispute"]["item"] == item.pk


def test_an_experts_lease_that_ran_out_does_not_show_as_held(project: models.Project) -> None:
    item = acting.dispute(project)
    take(expert_of(project), project)
    acting.end_leases(purpose="adjudicate")
    other = expert_of(project)
    (row,) = other.get(f"projects/{project.pk}/disputes/")[1]["results"]
    _, detail = other.get(f"projects/{project.pk}/disputes/{item.pk}/")
    assert (row["held"], detail["held"]) == (False, False)


def test_a_decision_is_the_final_label(project: models.Project) -> None:
    item = acting.dispute(project)
    worker = make.worker(project, "expert")
    expert = make.client_for(worker)
    take(expert, project)
    status, body = acting.decide(expert, item, make.NEG, adopted="B", reason="irony")
    assert (status, body["next"]) == (200, None)
    final = models.FinalLabel.objects.get()
    item.refresh_from_db()
    assert (body["final"], item.final_label, item.stage) == (final.pk, final, "settled")
    assert (final.answer, final.source, final.decided_by) == (make.NEG, "adjudication", worker)
    assert (final.confidence, final.reason["adopted"]) == (1.0, "B")
    assert final.reason["sentence"] == "irony"
    assert models.Assignment.objects.get(purpose="adjudicate").state == "answered"
    event = models.Event.objects.get(kind="item.adjudicated")
    assert (event.item, event.worker) == (item, worker)
    assert not models.QueueEntry.objects.exists()


def test_a_decision_hands_out_the_next_dispute(project: models.Project) -> None:
    first, second = acting.dispute(project), acting.dispute(project)
    expert = expert_of(project)
    take(expert, project)
    _, body = acting.decide(expert, first, make.POS, next=True)
    assert body["next"]["item"] == second.pk


def test_the_same_decision_again_gets_the_same_reply(project: models.Project) -> None:
    item = acting.dispute(project)
    expert = expert_of(project)
    key = str(uuid4())
    first = acting.decide(expert, item, make.POS, submission=key)
    before = acting.counts()
    assert acting.decide(expert, item, make.POS, submission=key) == first
    assert acting.counts() == before


def test_a_used_submission_id_with_another_decision_is_refused(project: models.Project) -> None:
    first, second = acting.dispute(project), acting.dispute(project)
    expert = expert_of(project)
    key = str(uuid4())
    acting.decide(expert, first, make.POS, submission=key)
    before = acting.counts()
    for item, answer in [(first, make.NEG), (second, make.POS)]:
        status, body = acting.decide(expert, item, answer, submission=key)
        assert (status, body["code"]) == (409, "submission_reused")
    assert acting.counts() == before


def test_what_is_decided_stays_decided(project: models.Project) -> None:
    item = acting.dispute(project)
    acting.decide(expert_of(project), item, make.POS)
    late = expert_of(project)
    before = acting.counts()
    status, body = acting.decide(late, item, make.NEG)
    assert (status, body["code"]) == (409, "already_decided")
    assert take(late, project, item.pk)[0] == 409
    assert acting.counts() == before


def test_an_item_that_is_no_dispute_cannot_be_decided(project: models.Project) -> None:
    item = make.item(project)
    expert = expert_of(project)
    before = acting.counts()
    assert acting.decide(expert, item, make.POS)[0] == 409
    assert take(expert, project, item.pk)[0] == 409
    assert expert.get(f"projects/{project.pk}/disputes/{item.pk}/")[0] == 404
    assert acting.counts() == before


def test_a_dispute_of_another_project_does_not_exist(project: models.Project) -> None:
    foreign = acting.dispute(make.project())
    expert = expert_of(project)
    before = acting.counts()
    assert take(expert, project, foreign.pk)[0] == 404
    path = f"projects/{project.pk}/disputes/{foreign.pk}/"
    body = {"submission_id": str(uuid4()), "answer": make.POS}
    assert expert.get(path)[0] == 404
    assert expert.post(f"{path}adjudicate/", body)[0] == 404
    assert acting.counts() == before


def test_nobody_decides_an_item_that_the_own_vote_is_on(project: models.Project) -> None:
    item = make.item(project)
    turncoat = make.worker(project)
    acting.judge(turncoat, make.POS)
    acting.vote(project, make.NEG, make.POS)
    models.Worker.objects.filter(pk=turncoat.pk).update(role="expert")
    caller = make.client_for(turncoat)
    before = acting.counts()
    status, body = acting.decide(caller, item, make.POS)
    assert (status, body["code"]) == (403, "judged_it_yourself")
    assert take(caller, project, item.pk)[1]["code"] == "judged_it_yourself"
    assert take(caller, project) == (200, {"dispute": None})
    assert acting.counts() == before


@pytest.mark.parametrize("answer", [{}, {"tone": "x"}, {"other": 1}, None, []])
def test_a_decision_has_to_fit_the_questions(project: models.Project, answer: Any) -> None:
    item = acting.dispute(project)
    expert = expert_of(project)
    before = acting.counts()
    assert acting.decide(expert, item, answer)[0] == 400
    assert acting.counts() == before


def test_the_desk_shows_the_votes_and_nobody_behind_them(project: models.Project) -> None:
    said = [ImportedPrediction(model="m", answer={"tone": "neg"}, score=0.6)]
    item = make.item(project, predictions=said)
    workers = [make.worker(project) for _ in range(3)]
    for worker, answer in zip(workers, (make.POS, make.NEG, make.POS), strict=True):
        acting.judge(worker, answer, comment=f"comment on {answer['tone']}")
    expert = expert_of(project)
    _, body = take(expert, project)
    _, shown = acting.reveal(expert, item, make.NEG)
    assert [vote["voter"] for vote in shown["votes"]] == ["A", "B", "C"]
    assert [vote["answer"] for vote in shown["votes"]] == [make.POS, make.NEG, make.POS]
    assert shown["votes"][1]["comment"] == "comment on neg"
    assert shown["prediction"]["answer"] == make.NEG
    assert shown["agreement"]["tone"]["observed"] == pytest.approx(1 / 3)
    assert shown["agreement"]["tone"]["distances"] == [[0, 1, 0], [1, 0, 1], [0, 1, 0]]
    assert shown["consensus"]["tone"]["label"] == "pos"
    assert shown["reason"]["code"] == "votes_used_up"
    seen = json.dumps([body, shown, expert_of(project).get(f"projects/{project.pk}/disputes/")])
    for worker in workers:
        for mark in (worker.pseudonym, worker.user.username, worker.user.display_name):
            assert mark not in seen
    assert str(item.external_id) not in seen


def test_the_list_of_disputes_says_what_each_is_about() -> None:
    project = make.project(policy={"experts": {"blind": False}})
    item = acting.dispute(project)
    expert = expert_of(project)
    path = f"projects/{project.pk}/disputes/"
    _, body = expert.get(path)
    (row,) = body["results"]
    assert (row["item"], row["votes"], row["held"], body["next"]) == (item.pk, 3, False, None)
    assert row["agreement"] == pytest.approx(1 / 3)
    assert row["reason"]["code"] == "votes_used_up"
    take(expert, project)
    assert expert.get(path)[1]["results"][0]["held_by_me"] is True
    assert expert_of(project).get(path)[1]["results"][0]["held_by_me"] is False


def test_a_vote_that_comes_during_the_dispute_is_shown_to_the_expert() -> None:
    project = make.project(policy={"min_overlap": 3, "max_overlap": 3})
    lead = make.client_for(project.created_by)
    item = make.item(project)
    callers = [make.client_for(make.worker(project)) for _ in range(3)]
    leases = [acting.claim(caller, project)[0]["id"] for caller in callers]
    lead.put(
        f"projects/{project.pk}/policy/",
        {"min_overlap": 2, "max_overlap": 3, "dispute": {"unsure_votes": 1}},
    )
    for caller, lease in zip(callers, leases, strict=True):
        status, body = acting.submit(caller, lease, make.POS, unsure=True)
        assert (status, body["status"]) == (200, "accepted")
    item.refresh_from_db()
    assert (item.stage, item.judged) == ("disputed", 3)
    detail = acting.reveal(expert_of(project), item, make.POS)[1]
    assert len(detail["votes"]) == 3
