"""What is drawn by an item's key, and refreshes that two ask for at once."""

import hashlib
from typing import Any

import pytest

from annotate import models
from annotate.documents import in_force
from annotate.jobs.tasks import run_refresh
from annotate.queries.deciding import CountedVote, MadeOf, decide_again, readable_votes
from annotate.queries.preview import preview_policy
from annotate.queries.why import why
from annotate.services.refresh import refresh_crowd
from labeling.policy import RoutingPolicy
from labeling.refresh import FEWEST_NEW_VOTES
from tests import make
from tests.annotate import acting

pytestmark = pytest.mark.django_db

AUDITED: dict[str, Any] = {
    "min_overlap": 1,
    "max_overlap": 1,
    "prices": {"wrong": 2},
    "audit": 0.5,
    "experts": {"double_read": 0.5},
}


def is_drawn(what: str, key: str | None) -> bool:
    return hashlib.sha256(f"{what}:{key}".encode()).digest()[0] < 128


def test_audits_and_double_readings_are_drawn_by_the_external_id() -> None:
    project = make.project(policy=AUDITED)
    items = make.items(project, 16)
    worker = make.worker(project)
    for _ in items:
        acting.judge(worker, make.POS)
    audited = {item.external_id for item in items if is_drawn("audit", item.external_id)}
    assert 0 < len(audited) < 16
    disputed = models.Item.objects.filter(project=project, stage="disputed")
    assert {item.external_id for item in disputed} == audited
    wanted = dict(models.Dispute.objects.values_list("item__external_id", "wanted"))
    assert wanted == {key: 2 if is_drawn("double", key) else 1 for key in audited}
    assert all(why(item)["recomputes"] for item in disputed)
    tried = preview_policy(project, RoutingPolicy.from_json(AUDITED))
    assert tried["proposed"]["codes"]["audit"] == len(audited)


def test_an_item_without_an_external_id_is_drawn_by_its_own() -> None:
    project = make.project(policy=AUDITED)
    for item in make.items(project, 8):
        models.Item.objects.filter(pk=item.pk).update(external_id=None)
        acting.vote(project, make.POS)
        item.refresh_from_db()
        assert (item.stage == "disputed") == is_drawn("audit", str(item.pk))


def test_a_decision_of_before_the_key_was_kept_is_made_again_by_the_id() -> None:
    project = make.project(policy=AUDITED)
    for item in make.items(project, 8):
        acting.vote(project, make.POS)
        event = models.Event.objects.filter(item=item).exclude(kind="item.judged").latest("pk")
        old = {key: value for key, value in event.payload["made_of"].items() if key != "key"}
        made_of = MadeOf.from_json(old, item.pk, item.data)
        assert made_of.context.key == str(item.pk)
        (row,) = models.Judgment.objects.filter(item=item)
        vote = CountedVote(judgment=row.pk, worker=row.worker_id, answer=row.answer)
        votes = readable_votes(in_force(project).schema, item.data, [vote])
        payload = {**decide_again(made_of, votes).reason, "made_of": old}
        models.Event.objects.create(
            project=project, item=item, kind="item.settled", payload=payload
        )
        assert [decision["recomputes"] for decision in why(item)["decisions"]] == [True, True]


def test_of_two_refreshes_that_growth_asked_for_the_second_comes_to_nothing() -> None:
    project = make.project(policy={**AUDITED, "audit": 0})
    make.items(project, FEWEST_NEW_VOTES)
    worker = make.worker(project)
    for _ in range(FEWEST_NEW_VOTES):
        acting.judge(worker, make.POS)
    first = refresh_crowd(project=project, only_if_due=True)
    assert refresh_crowd(project=project, only_if_due=True) == first
    run_refresh.func(project_id=project.pk, only_if_due=1)
    assert models.CrowdVersion.objects.filter(project=project).count() == 1
    # An appeal or a gold label changes what is learnt without a new vote.
    run_refresh.func(project_id=project.pk)
    assert models.CrowdVersion.objects.filter(project=project).count() == 2
