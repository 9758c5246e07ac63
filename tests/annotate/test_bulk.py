"""One action on many items: what it does, what it leaves, and what it counts."""

from typing import Any

import pytest

from annotate import models
from annotate.services.bulk import act_on_items
from annotate.services.jobs import run_job
from tests import make
from tests.annotate import acting
from tests.annotate.test_lists import HOLDING, keys, settled

pytestmark = pytest.mark.django_db


def bulk(project: models.Project, body: dict[str, Any]) -> models.Job:
    caller = make.client_for(project.created_by)
    status, job = caller.post(f"projects/{project.pk}/items/bulk/", body)
    assert status == 202, job
    run_job(job["id"], act_on_items)
    return models.Job.objects.get(pk=job["id"])


def test_items_of_a_filter_are_withdrawn_and_the_others_say_why_not() -> None:
    project = make.project(policy=make.ONE_VOTE)
    done = settled(project, make.POS)
    fresh = make.items(project, 3)
    assert bulk(project, {"action": "withdraw", "query": {"stage": "new"}}).result == {
        "changed": 3,
        "refused": {},
    }
    later = make.item(project)
    chosen = [done.pk, fresh[0].pk, later.pk, make.item(make.project()).pk]
    job = bulk(project, {"action": "withdraw", "items": chosen})
    assert job.result == {"changed": 1, "refused": {"wrong_stage": 2, "not_found": 1}}
    assert sorted(job.rejections.values_list("row", flat=True)) == sorted(set(chosen) - {later.pk})
    kinds = models.Event.objects.filter(kind="item.withdrawn").values_list("item", flat=True)
    assert sorted(kinds) == [*keys(*fresh), later.pk]
    assert not models.QueueEntry.objects.filter(project=project).exists()


def test_an_answer_under_way_to_a_withdrawn_item_is_kept_as_surplus() -> None:
    project = make.project()
    item = make.item(project)
    caller = make.client_for(make.worker(project))
    (lease,) = acting.claim(caller, project)
    bulk(project, {"action": "withdraw", "items": [item.pk]})
    assert acting.submit(caller, lease["id"], make.POS)[0] == 200
    item.refresh_from_db()
    assert (item.stage, item.judged, item.final_label) == ("withdrawn", 0, None)
    assert models.Judgment.objects.get(item=item).is_surplus


def test_what_gets_another_band_goes_to_its_end() -> None:
    project = make.project()
    first, second, third = make.items(project, 3)
    job = bulk(project, {"action": "prioritise", "items": keys(third, second), "band": 1})
    assert job.result == {"changed": 2, "refused": {}}
    order = models.QueueEntry.objects.filter(project=project).order_by("band", "position")
    assert list(order.values_list("item", flat=True)) == keys(second, third, first)
    caller = make.client_for(project.created_by)
    path = f"projects/{project.pk}/items/bulk/"
    assert caller.post(path, {"action": "prioritise", "items": [1]})[0] == 400
    assert caller.post(path, {"action": "explode", "items": [1]})[0] == 400
    assert caller.post(path, {"action": "withdraw", "query": {"colour": "red"}})[0] == 400


def test_held_items_go_on() -> None:
    project = make.project(policy=HOLDING)
    item = make.item(project)
    acting.vote(project, make.POS, make.NEG)
    other = make.item(project)
    job = bulk(project, {"action": "resume", "items": keys(item, other)})
    assert job.result == {"changed": 1, "refused": {"wrong_stage": 1}}
    item.refresh_from_db()
    assert item.stage == "settled", "the votes were decided again"


def test_a_bulk_job_stops_when_asked_and_keeps_what_it_did(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("annotate.services.bulk.CHUNK_ITEMS", 2)
    project = make.project()
    make.items(project, 6)
    caller = make.client_for(project.created_by)
    _, job = caller.post(f"projects/{project.pk}/items/bulk/", {"action": "withdraw"})
    models.Job.objects.filter(pk=job["id"]).update(is_cancel_requested=True)
    run_job(job["id"], act_on_items)
    assert models.Job.objects.get(pk=job["id"]).state == "cancelled"
    assert not models.Item.objects.filter(stage="withdrawn").exists()
