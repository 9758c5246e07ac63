"""Which guideline, policy and stage a worker works under while a lead changes them."""

import json
from typing import Any

import pytest

from annotate import models
from annotate.services.assign import release_expired_leases
from labeling.formats.rows import ImportedPrediction
from tests import make
from tests.annotate import acting

pytestmark = pytest.mark.django_db


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
    newer = json.loads(json.dumps(make.CHOICE))
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
    newer = json.loads(json.dumps(make.CHOICE))
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
    expected = (
        {"answer": make.NEG, "score": 0.75, "is_calibrated": False} if policy == "shown" else None
    )
    assert lease["prediction"] == expected
    assert acting.claim(caller, project)[0]["prediction"] == expected
    acting.submit(caller, lease["id"], make.POS)
    assert models.Judgment.objects.get().saw_prediction is (policy == "shown")


def test_what_was_shown_once_stays_seen_when_the_lease_ran_out_and_the_policy_hides_it() -> None:
    project = make.project(policy={"prediction": "shown"})
    make.item(project, predictions=SHOWN)
    saw, never = (make.client_for(make.worker(project)) for _ in range(2))
    (lease,) = acting.claim(saw, project)
    lead = make.client_for(project.created_by)
    policy = {**make.ONE_VOTE, "prediction": "hidden", "min_overlap": 2, "max_overlap": 2}
    assert lead.put(f"projects/{project.pk}/policy/", policy)[0] in (200, 201)
    for _ in range(2):  # also over two leases that showed nothing
        acting.end_leases()
        assert release_expired_leases() == 1
        (again,) = acting.claim(saw, project)
        assert (again["id"], again["prediction"]) == (lease["id"], None)
        assert acting.claim(saw, project)[0]["prediction"] is None
    acting.submit(saw, lease["id"], make.POS)
    (lease,) = acting.claim(never, project)
    acting.submit(never, lease["id"], make.POS)
    assert [j.saw_prediction for j in models.Judgment.objects.order_by("pk")] == [True, False]


def test_a_resumed_lease_shows_the_prediction_of_every_question_again() -> None:
    second = {**make.CHOICE["questions"][0], "id": "zeal"}
    schema = {**make.CHOICE, "questions": [*make.CHOICE["questions"], second]}
    project = make.project(schema=schema, policy={"prediction": "shown"})
    answer: dict[str, Any] = {"tone": "neg", "zeal": "pos"}
    make.item(project, predictions=[ImportedPrediction(model="m", answer=answer, score=0.5)])
    caller = make.client_for(make.worker(project))
    (lease,) = acting.claim(caller, project)
    assert lease["prediction"] == {"answer": answer, "score": 0.5, "is_calibrated": False}
    assert acting.claim(caller, project) == [lease]


@pytest.mark.parametrize("body", [{}, {"version": 1}])
def test_an_empty_policy_is_refused_and_the_old_one_stays(body: dict[str, Any]) -> None:
    project = make.project(policy=make.ONE_VOTE)
    lead = make.client_for(project.created_by)
    path = f"projects/{project.pk}/policy/"
    before = lead.get(path)
    status, refusal = lead.put(path, body)
    assert (status, refusal["code"]) == (400, "invalid_policy")
    (problem,) = refusal["extra"]["problems"]
    assert (problem["path"], problem["code"]) == ("", "empty")
    assert "min_overlap" in problem["message"]
    assert lead.get(path) == before
