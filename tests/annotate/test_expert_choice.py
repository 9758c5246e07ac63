"""Which expert gets which dispute: competence in what is in conflict, age, and load."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.db import connection

from annotate import models
from annotate.services.assign import release_expired_leases
from tests import make
from tests.annotate import acting

pytestmark = pytest.mark.django_db

FOUR: dict[str, Any] = {
    "inputs": make.CHOICE["inputs"],
    "questions": [
        {
            "id": "tone",
            "type": "choice",
            "categories": [{"id": name} for name in ("joy", "fear", "rage", "calm")],
        }
    ],
}
TWO_VOTES = {"max_overlap": 2}


@pytest.fixture
def project() -> models.Project:
    return make.project(schema=FOUR, policy=TWO_VOTES)


def contested(project: models.Project, *names: str) -> models.Item:
    """A dispute over these categories."""
    item = make.item(project)
    acting.vote(project, *({"tone": name} for name in names))
    item.refresh_from_db()
    assert item.stage == "disputed"
    assert models.Dispute.objects.get(item=item).conflict == sorted(f"tone/{n}" for n in names)
    return item


def expert_with(
    project: models.Project, record: Mapping[str, tuple[float, float]] | None = None
) -> make.Caller:
    worker = make.worker(project, "expert")
    for category, (right, seen) in (record or {}).items():
        models.Competence.objects.create(
            worker=worker, category=f"tone/{category}", right=right, seen=seen
        )
    return make.client_for(worker)


def claim(caller: make.Caller, project: models.Project) -> int | None:
    status, body = caller.post(f"projects/{project.pk}/disputes/claim/")
    assert status == 200
    return None if body["dispute"] is None else int(body["dispute"]["item"])


def test_before_any_evidence_everybody_gets_the_oldest(project: models.Project) -> None:
    first, second = contested(project, "joy", "fear"), contested(project, "rage", "calm")
    assert claim(expert_with(project), project) == first.pk
    assert claim(expert_with(project), project) == second.pk


def test_an_expert_gets_the_dispute_where_the_own_record_is_better(
    project: models.Project,
) -> None:
    first, second = contested(project, "joy", "fear"), contested(project, "rage", "calm")
    angry = expert_with(project, {"rage": (40, 40), "calm": (40, 40), "joy": (5, 20)})
    happy = expert_with(project, {"joy": (40, 40), "fear": (40, 40), "rage": (5, 20)})
    assert claim(angry, project) == second.pk
    assert claim(happy, project) == first.pk


def test_a_long_record_counts_more_than_a_lucky_one(project: models.Project) -> None:
    lucky, proven = contested(project, "joy", "fear"), contested(project, "rage", "calm")
    expert = expert_with(
        project,
        {"joy": (2, 2), "fear": (2, 2), "rage": (60, 60), "calm": (60, 60)},
    )
    expert_with(project)
    assert claim(expert, project) == proven.pk
    assert lucky.stage == "disputed"


def test_a_bad_record_stands_behind_none(project: models.Project) -> None:
    bad, unknown = contested(project, "joy", "fear"), contested(project, "rage", "calm")
    expert = expert_with(project, {"joy": (4, 20), "fear": (4, 20)})
    expert_with(project)
    assert claim(expert, project) == unknown.pk
    assert bad.stage == "disputed"


def test_experts_who_are_full_are_no_alternative(project: models.Project) -> None:
    """Alone with the work, nobody is better than anybody: the oldest goes first."""
    policy = {**TWO_VOTES, "experts": {"most_at_once": 1}}
    make.client_for(project.created_by).put(f"projects/{project.pk}/policy/", policy)
    held = contested(project, "joy", "calm")
    first, second = contested(project, "joy", "fear"), contested(project, "rage", "calm")
    other = expert_with(project)
    assert claim(other, project) == held.pk
    angry = expert_with(project, {"rage": (40, 40), "calm": (40, 40)})
    assert claim(angry, project) == first.pk
    assert second.stage == "disputed"


def test_what_waits_for_too_long_goes_first_to_anyone(project: models.Project) -> None:
    late, suited = contested(project, "joy", "fear"), contested(project, "rage", "calm")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE annotate_dispute SET opened_at = now() - interval '25 hours' "
            "WHERE item_id = %s",
            [late.pk],
        )
    angry = expert_with(project, {"rage": (40, 40), "calm": (40, 40), "joy": (5, 20)})
    expert_with(project)
    assert claim(angry, project) == late.pk
    assert suited.stage == "disputed"


def test_what_is_far_down_the_queue_is_found_when_the_rest_is_not_for_this_expert(
    project: models.Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotate.services.lease_dispute.WINDOW", 2)
    items = [contested(project, "joy", "fear") for _ in range(5)]
    models.Dispute.objects.filter(item__in=items[:4]).update(is_for_leads=True)
    assert claim(expert_with(project), project) == items[4].pk
    assert claim(expert_with(project), project) is None


def test_a_lease_that_ran_out_costs_a_dispute_no_age(project: models.Project) -> None:
    first, second = contested(project, "joy", "fear"), contested(project, "joy", "fear")
    claim(expert_with(project), project)
    acting.end_leases(purpose="adjudicate")
    release_expired_leases()
    assert claim(expert_with(project), project) == first.pk
    assert second.stage == "disputed"


def test_an_expert_holds_as_many_as_the_policy_lets_and_no_more() -> None:
    project = make.project(policy={"experts": {"most_at_once": 2}})
    items = [acting.dispute(project) for _ in range(3)]
    expert = make.client_for(make.worker(project, "expert"))
    path = f"projects/{project.pk}/disputes/claim/"
    shown = [expert.post(path, {"item": item.pk})[1]["dispute"] for item in items[:2]]
    assert [(row["held_count"], row["most_at_once"]) for row in shown] == [(1, 2), (2, 2)]
    before = acting.counts()
    status, body = expert.post(path, {"item": items[2].pk})
    assert (status, body["code"], body["extra"]) == (409, "too_many_held", {"held": 2, "most": 2})
    assert acting.reveal(expert, items[2], make.POS)[1]["code"] == "too_many_held"
    assert acting.counts() == before
    assert expert.post(path, {"item": items[0].pk})[0] == 200
    acting.decide(expert, items[0], make.POS)
    assert expert.post(path, {"item": items[2].pk})[0] == 200


def test_a_dispute_that_an_older_release_opened_is_given_out(project: models.Project) -> None:
    item = contested(project, "joy", "fear")
    models.Dispute.objects.all().delete()
    expert = expert_with(project)
    assert claim(expert, project) == item.pk
    assert acting.decide(expert, item, {"tone": "joy"})[1]["outcome"] == "decided"
    assert models.Dispute.objects.get().wanted == 1


def counted() -> dict[tuple[int, str], tuple[float, float]]:
    rows = models.Competence.objects.order_by("worker", "category")
    return {(row.worker_id, row.category): (row.right, row.seen) for row in rows}


def test_one_experts_word_alone_is_no_evidence(project: models.Project) -> None:
    item = contested(project, "joy", "fear")
    acting.decide(expert_with(project), item, {"tone": "joy"})
    assert counted() == {}


def test_gold_measures_the_answer_that_was_given_blind(project: models.Project) -> None:
    item = contested(project, "joy", "fear")
    models.GoldLabel.objects.create(item=item, answer={"tone": "fear"})
    worker = make.worker(project, "expert")
    expert = make.client_for(worker)
    acting.reveal(expert, item, {"tone": "joy"})
    acting.decide(expert, item, {"tone": "fear"})
    assert counted() == {(worker.pk, "tone/fear"): (0.0, 1.0)}


def test_doubted_gold_measures_nobody(project: models.Project) -> None:
    item = contested(project, "joy", "fear")
    models.GoldLabel.objects.create(item=item, answer={"tone": "fear"}, state="doubted")
    acting.decide(expert_with(project), item, {"tone": "joy"})
    assert counted() == {}


def test_a_third_expert_measures_the_two_and_not_the_own_word() -> None:
    project = make.project(schema=FOUR, policy={**TWO_VOTES, "experts": {"double_read": 1.0}})
    item = contested(project, "joy", "fear")
    workers = [make.worker(project, "expert") for _ in range(3)]
    for worker, name in zip(workers, ("joy", "fear", "joy"), strict=True):
        acting.decide(make.client_for(worker), item, {"tone": name})
    assert counted() == {
        (workers[0].pk, "tone/joy"): (1.0, 1.0),
        (workers[1].pk, "tone/joy"): (0.0, 1.0),
        (workers[2].pk, "tone/joy"): (1.0, 1.0),
    }
    assert models.FinalLabel.objects.get().answer == {"tone": "joy"}


def test_a_third_who_agrees_with_nobody_is_not_measured() -> None:
    project = make.project(schema=FOUR, policy={**TWO_VOTES, "experts": {"double_read": 1.0}})
    item = contested(project, "joy", "fear")
    workers = [make.worker(project, "expert") for _ in range(3)]
    for worker, name in zip(workers, ("joy", "fear", "calm"), strict=True):
        acting.decide(make.client_for(worker), item, {"tone": name})
    assert {who for who, _ in counted()} == {workers[0].pk, workers[1].pk}


def test_an_audit_measures_by_the_consensus() -> None:
    project = make.project(schema=FOUR, policy={"prices": {}, "audit": 1.0})
    item = make.item(project)
    acting.vote(project, *[{"tone": "joy"}] * 2)
    item.refresh_from_db()
    assert item.stage == "disputed"
    worker = make.worker(project, "expert")
    acting.decide(make.client_for(worker), item, {"tone": "joy"})
    assert counted() == {(worker.pk, "tone/joy"): (1.0, 1.0)}
