"""A lead tries a policy on the project's own votes before it decides anything."""

import json
import math
import time
from collections.abc import Iterator
from typing import Any

import pytest
import pytest_django

from annotate import models
from annotate.queries import preview
from annotate.services.refresh import refresh_crowd
from tests import make
from tests.annotate import acting

pytestmark = pytest.mark.django_db

PRICED: dict[str, Any] = {
    "min_overlap": 2,
    "max_overlap": 5,
    "prices": {"crowd": 1, "expert": 5, "wrong": 60, "expert_accuracy": 0.95},
}


def tried(project: models.Project, policy: Any) -> Any:
    """The answer of the door to the project's lead."""
    lead = make.client_for(project.created_by)
    status, body = lead.post(f"projects/{project.pk}/policy/preview/", policy)
    assert status == 200, body
    return body


def judged(project: models.Project, *items: str) -> None:
    """New items with votes: "ppn" is one with two for positive and one against.

    What came after an item was decided is left out.
    """
    crowd = [make.worker(project) for _ in range(max(map(len, items)))]
    for said in items:
        make.item(project)
        for worker, word in zip(crowd, said, strict=False):
            caller = make.client_for(worker)
            for lease in acting.claim(caller, project):
                acting.submit(caller, lease["id"], make.POS if word == "p" else make.NEG)


def numbers(found: Any) -> Iterator[float]:
    if isinstance(found, dict | list):
        for value in found.values() if isinstance(found, dict) else found:
            yield from numbers(value)
    elif isinstance(found, float):
        yield found


@pytest.mark.parametrize("policy", [PRICED, {"min_overlap": 2, "max_overlap": 3}])
def test_the_policy_in_force_forecasts_what_it_did(policy: Any) -> None:
    project = make.project(policy=policy)
    judged(project, "pp", "nn", "pnpnp", "np")
    found = tried(project, project.policy.document if project.policy else None)
    assert found["proposed"] == found["current"]
    assert (found["items"], found["of"]) == (4, 4)
    settled = models.FinalLabel.objects.filter(project=project).count()
    disputed = models.Item.objects.filter(project=project, stage="disputed").count()
    assert found["current"]["expert_share"] == disputed / 4
    assert round(4 * found["current"]["ran_out_share"]) == 4 - settled - disputed
    assert sum(found["current"]["codes"].values()) == 4


def test_what_costs_more_when_wrong_buys_more() -> None:
    project = make.project(policy={"min_overlap": 5, "max_overlap": 5, "threshold": 0.6})
    judged(project, *["ppppp", "ppnpp", "pnpnp"] * 3)
    found = [
        tried(project, {**PRICED, "prices": {"crowd": 1, "expert": None, "wrong": wrong}})
        for wrong in (2, 5_000)
    ]
    assert found[0]["proposed"]["crowd_per_item"] < found[1]["proposed"]["crowd_per_item"]
    assert found[0]["proposed"]["expected_error"] > found[1]["proposed"]["expected_error"]
    assert found[0]["current"]["crowd_per_item"] == 5.0


def test_both_are_billed_in_the_same_prices() -> None:
    project = make.project()
    judged(project, "pp")
    found = tried(project, {**PRICED, "prices": {"crowd": 3, "wrong": 1}})
    assert found["current"]["cost_per_item"] == 6.0
    assert found["bill"]["crowd"] == 3.0
    assert tried(project, {"threshold": 0.8})["current"]["cost_per_item"] == 2.0


def test_rule_hits_add_up_and_come_in_the_order_of_the_rules() -> None:
    project = make.project(policy=PRICED)
    judged(project, "pp", "nn", "pn")
    rules = [
        {"name": "split", "when": {"conflict": {"any_of": ["pos", "neg"]}}, "then": "expert"},
        {"name": "rest", "then": "accept"},
    ]
    found = tried(project, {**PRICED, "rules": rules})["proposed"]
    assert found["rules"] == [{"name": "split", "hits": 1}, {"name": "rest", "hits": 2}]
    assert found["codes"] == {"rule": 3}


def test_a_rule_may_ask_what_the_model_said() -> None:
    project = make.project(policy=PRICED)
    judged(project, "pp", "pp")
    for item, label in zip(
        models.Item.objects.filter(project=project), ("pos", "neg"), strict=True
    ):
        models.Prediction.objects.create(item=item, question="tone", label=label, score=0.9)
    rule = {"name": "model", "when": {"model_disagrees": {"is": True}}, "then": "expert"}
    found = tried(project, {**PRICED, "rules": [rule]})
    assert found["proposed"]["rules"] == [{"name": "model", "hits": 1}]


def test_the_votes_are_weighed_by_what_was_learnt_of_the_crowd() -> None:
    project = make.project(policy=PRICED)
    judged(project, *["pp", "nn"] * 4)
    assert tried(project, PRICED)["crowd_version"] is None
    before = tried(project, PRICED)["proposed"]["expected_error"]
    refresh_crowd(project=project)
    after = tried(project, PRICED)
    assert after["crowd_version"] == 1
    assert after["proposed"]["expected_error"] != before


def test_a_project_without_votes_says_so_in_zeros() -> None:
    project = make.project(policy=PRICED)
    make.items(project, 3)
    found = tried(project, PRICED)
    assert (found["items"], found["of"], found["curve"]) == (0, 0, [])
    assert found["proposed"]["codes"] == {}
    assert found["proposed"]["cost_per_item"] == 0.0
    assert all(math.isfinite(number) for number in numbers(found))


def test_votes_that_do_not_count_are_not_replayed() -> None:
    project = make.project(policy=PRICED)
    judged(project, "p")
    worker = make.worker(project)
    caller = make.client_for(worker)
    (lease,) = acting.claim(caller, project)
    acting.submit(caller, lease["id"], make.NEG)
    acting.submit(caller, lease["id"], make.POS)
    assert tried(project, PRICED)["proposed"]["crowd_per_item"] == 2.0


def test_a_policy_is_refused_as_when_it_is_saved() -> None:
    project = make.project()
    lead = make.client_for(project.created_by)
    documents: list[Any] = [
        {},
        [],
        {"threshold": 7},
        {"rules": [{"then": "guess"}, {"when": {"mood": {"below": 1}}, "then": "crowd"}]},
        {"budget": 3},
        {"dispute": {"questions": ["gone"]}},
        {"min_overlap": 1, "max_overlap": 2, "threshold": 0.999},
    ]
    for document in documents:
        refused = lead.post(f"projects/{project.pk}/policy/preview/", document)
        assert refused == lead.put(f"projects/{project.pk}/policy/", document)
        assert refused[0] == 400


def test_nothing_is_written() -> None:
    project = make.project()
    judged(project, "pp", "pn")
    tried(project, PRICED)
    before = {**acting.counts(), "ApiToken": 0}
    policy = project.policy_id
    tried(project, PRICED)
    project.refresh_from_db()
    # The caller of each try has a token of its own.
    assert ({**acting.counts(), "ApiToken": 0}, project.policy_id) == (before, policy)


def test_a_sample_is_drawn_and_is_the_same_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    project = make.project()
    judged(project, "pp", "nn", "pp", "pnp", "nn", "pp")
    everything = tried(project, PRICED)
    monkeypatch.setattr(preview, "MOST_ITEMS", 4)
    first, again = tried(project, PRICED), tried(project, PRICED)
    assert (first["items"], first["of"], everything["items"]) == (4, 6, 6)
    assert json.dumps(first) == json.dumps(again)


def test_it_costs_the_same_queries_for_many_items_as_for_few(
    django_assert_num_queries: pytest_django.DjangoAssertNumQueries,
) -> None:
    project = make.project()
    judged(project, "pp")
    lead = make.client_for(project.created_by)
    lead.get(f"projects/{project.pk}/")
    tried(project, PRICED)
    for _ in range(2):
        # The door: 2. Crowd, items, judgments, predictions.
        with django_assert_num_queries(6):
            assert lead.post(f"projects/{project.pk}/policy/preview/", PRICED)[0] == 200
        judged(project, "pp", "nn", "pnp")


@pytest.mark.slow
def test_four_hundred_items_take_a_second_or_two() -> None:
    project = make.project(policy={"min_overlap": 5, "max_overlap": 5, "threshold": 0.6})
    items = make.items(project, 420)
    workers = [make.worker(project) for _ in range(5)]
    guideline = project.guideline
    assignments = models.Assignment.objects.bulk_create(
        models.Assignment(
            item=item,
            worker=worker,
            project=project,
            guideline=guideline,
            purpose="judge",
            state="answered",
            expires_at="2026-01-01T01:00:00Z",
        )
        for item in items
        for worker in workers
    )
    models.Judgment.objects.bulk_create(
        models.Judgment(
            assignment=made,
            item_id=made.item_id,
            worker_id=made.worker_id,
            project=project,
            guideline=guideline,
            answer=make.POS if (made.item_id * made.worker_id) % 4 else make.NEG,
            submission_id=made.pk,
            seconds=1.0,
            ordinal=1,
        )
        for made in assignments
    )
    models.Item.objects.filter(project=project).update(overlap=5, taken=5, judged=5, stage="open")
    start = time.process_time()
    found = tried(project, PRICED)
    seconds = time.process_time() - start
    assert (found["items"], found["of"]) == (400, 420)
    assert seconds < 4.0, f"{seconds:.2f} s"
