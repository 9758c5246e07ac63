"""Experts answer before they see the votes; both answers are kept."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from annotate import models
from annotate.services.count import count_trail
from labeling.formats.rows import ImportedPrediction
from tests import make
from tests.annotate import acting

pytestmark = pytest.mark.django_db

EMPTY: dict[str, Any] = {"votes": [], "prediction": None, "agreement": {}, "consensus": {}}


@pytest.fixture
def project() -> models.Project:
    return make.project()


def expert_of(project: models.Project, role: str = "expert") -> make.Caller:
    return make.client_for(make.worker(project, role))


def dispute_with_words(project: models.Project) -> models.Item:
    """A dispute whose votes and prediction carry marks that can be looked for."""
    said = [ImportedPrediction(model="m", answer={"tone": "neg"}, score=0.61)]
    item = make.item(project, predictions=said)
    for answer in (make.POS, make.NEG, make.POS):
        acting.judge(make.worker(project), answer, comment="a telling comment")
    item.refresh_from_db()
    return item


def claim(caller: make.Caller, project: models.Project) -> Any:
    return caller.post(f"projects/{project.pk}/disputes/claim/")[1]["dispute"]


def detail(caller: make.Caller, item: models.Item) -> Any:
    return caller.get(f"projects/{item.project_id}/disputes/{item.pk}/")[1]


def test_nothing_of_the_votes_is_told_before_the_own_answer(project: models.Project) -> None:
    item = dispute_with_words(project)
    expert = expert_of(project)
    claimed = claim(expert, project)
    listed = expert.get(f"projects/{project.pk}/disputes/")[1]["results"][0]
    for shown in (claimed, detail(expert, item), detail(expert_of(project), item)):
        assert {key: shown[key] for key in EMPTY} == EMPTY
        assert (shown["revealed"], shown["own"]) == (False, None)
        assert shown["reason"]["code"] == "hidden"
        assert set(shown["reason"]) == {"code", "sentence"}
    assert (listed["agreement"], listed["reason"]["code"], listed["revealed"]) == (
        None,
        "hidden",
        False,
    )
    told = json.dumps([claimed, listed])
    for mark in ("telling", "0.61", "pos", "neg", "votes_used_up"):
        assert mark not in told


def test_a_lead_who_may_decide_is_as_blind_as_an_expert(project: models.Project) -> None:
    item = dispute_with_words(project)
    assert detail(make.client_for(project.created_by), item)["votes"] == []


def test_an_owner_who_only_looks_sees_the_votes(project: models.Project) -> None:
    item = dispute_with_words(project)
    owner = make.client_for(make.user(of=project.organisation, role="owner"))
    assert len(detail(owner, item)["votes"]) == 3


def test_the_own_answer_reveals_everything_and_is_shown_beside_it(project: models.Project) -> None:
    item = dispute_with_words(project)
    expert = expert_of(project)
    claim(expert, project)
    status, shown = acting.reveal(expert, item, make.NEG)
    assert (status, shown["revealed"], shown["own"]) == (200, True, make.NEG)
    assert [vote["answer"] for vote in shown["votes"]] == [make.POS, make.NEG, make.POS]
    assert shown["prediction"]["score"] == 0.61
    assert shown["reason"]["code"] == "votes_used_up"
    assert detail(expert, item) == shown
    assert detail(expert_of(project), item)["revealed"] is False


def test_a_reveal_takes_the_dispute_when_nobody_holds_it(project: models.Project) -> None:
    item = acting.dispute(project)
    expert = expert_of(project)
    assert acting.reveal(expert, item, make.POS)[1]["held_by_me"] is True
    assert acting.reveal(expert_of(project), item, make.POS)[1]["code"] == "held_by_other"
    assert claim(expert_of(project), project) is None


def test_a_reveal_sent_twice_is_one_reading(project: models.Project) -> None:
    item = acting.dispute(project)
    expert = expert_of(project)
    key = str(uuid4())
    first = acting.reveal(expert, item, make.POS, submission=key)
    before = acting.counts()
    again = acting.reveal(expert, item, make.POS, submission=key)
    assert (first[0], again[0]) == (200, 200)
    assert again[1]["own"] == make.POS
    assert acting.reveal(expert, item, make.NEG, submission=key)[1]["code"] == "submission_reused"
    status, body = acting.reveal(expert, item, make.NEG)
    assert (status, body["code"]) == (409, "votes_shown")
    assert acting.counts() == before


@pytest.mark.parametrize("answer", [{}, {"tone": "x"}, None, []])
def test_a_blind_answer_has_to_fit_the_questions(project: models.Project, answer: Any) -> None:
    item = acting.dispute(project)
    expert = expert_of(project)
    before = acting.counts()
    assert acting.reveal(expert, item, answer)[0] == 400
    assert acting.counts() == before


def test_both_answers_are_kept_when_the_votes_change_a_mind(project: models.Project) -> None:
    item = acting.dispute(project)
    worker = make.worker(project, "expert")
    expert = make.client_for(worker)
    acting.reveal(expert, item, make.NEG)
    status, body = acting.decide(expert, item, make.POS, adopted="A", reason="A is right")
    assert (status, body["outcome"]) == (200, "decided")
    blind, final = models.Reading.objects.order_by("pk")
    assert (blind.step, blind.answer, blind.saw_votes) == ("blind", make.NEG, False)
    assert (final.step, final.answer, final.saw_votes) == ("final", make.POS, True)
    told = models.FinalLabel.objects.get().reason["readings"]
    assert told == [
        {
            "expert": worker.pseudonym,
            "blind": make.NEG,
            "answer": make.POS,
            "adopted": "A",
            "saw_votes": True,
        }
    ]
    count_trail()
    lead = make.client_for(project.created_by)
    experts = lead.get(f"projects/{project.pk}/board/")[1]["experts"]
    assert (experts["revealed"], experts["changed"], experts["change_rate"]) == (1, 1, 1.0)


def test_a_decision_without_a_reveal_counts_as_blind(project: models.Project) -> None:
    item = acting.dispute(project)
    expert = expert_of(project)
    claim(expert, project)
    assert acting.decide(expert, item, make.NEG)[0] == 200
    reading = models.Reading.objects.get()
    assert (reading.step, reading.saw_votes) == ("final", False)
    assert models.FinalLabel.objects.get().reason["readings"][0]["blind"] == make.NEG
    count_trail()
    board = make.client_for(project.created_by).get(f"projects/{project.pk}/board/")[1]
    assert (board["experts"]["blind"], board["experts"]["change_rate"]) == (1, None)


def test_who_adopts_a_vote_without_a_reveal_is_not_taken_for_blind(
    project: models.Project,
) -> None:
    item = acting.dispute(project)
    assert acting.decide(expert_of(project), item, make.POS, adopted="A")[0] == 200
    assert models.Reading.objects.get().saw_votes is True
    assert models.FinalLabel.objects.get().reason["readings"][0]["blind"] is None


def test_a_policy_may_show_the_votes_at_once() -> None:
    project = make.project(policy={"experts": {"blind": False}})
    item = acting.dispute(project)
    expert = expert_of(project)
    shown = claim(expert, project)
    assert (shown["revealed"], len(shown["votes"])) == (True, 3)
    status, body = acting.reveal(expert, item, make.POS)
    assert (status, body["code"]) == (409, "votes_shown")
    acting.decide(expert, item, make.POS)
    assert models.Reading.objects.get().saw_votes is True


def test_an_older_policy_without_the_key_is_blind(project: models.Project) -> None:
    document = {**project.policy.document} if project.policy else {}
    document.pop("experts")
    old = models.PolicyVersion.objects.create(
        project=project, version=2, document=document, created_by=project.created_by
    )
    models.Project.objects.filter(pk=project.pk).update(policy=old)
    project.refresh_from_db()
    acting.dispute(project)
    assert claim(expert_of(project), project)["revealed"] is False


def test_nobody_commits_blind_on_an_item_that_the_own_vote_is_on(project: models.Project) -> None:
    item = make.item(project)
    turncoat = make.worker(project)
    acting.judge(turncoat, make.POS)
    acting.vote(project, make.NEG, make.POS)
    models.Worker.objects.filter(pk=turncoat.pk).update(role="expert")
    caller = make.client_for(turncoat)
    before = acting.counts()
    status, body = acting.reveal(caller, item, make.POS)
    assert (status, body["code"]) == (403, "judged_it_yourself")
    assert acting.counts() == before


def test_what_is_decided_can_no_longer_be_read_blind(project: models.Project) -> None:
    item = acting.dispute(project)
    acting.decide(expert_of(project), item, make.POS)
    assert acting.reveal(expert_of(project), item, make.POS)[1]["code"] == "already_decided"


def test_readings_are_never_changed(project: models.Project) -> None:
    item = acting.dispute(project)
    acting.reveal(expert_of(project), item, make.POS)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        models.Reading.objects.update(answer=make.NEG)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        models.Reading.objects.all().delete()
