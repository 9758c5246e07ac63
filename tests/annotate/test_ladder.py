"""The ladder on the server: who is moved by what was measured, what a rung does, who overrules."""

from typing import Any
from uuid import uuid4

import numpy as np
import pytest

from annotate import models
from annotate.jobs.tasks import run_refresh
from annotate.services.ladder import measure_workers
from annotate.services.refresh import refresh_crowd, start_due_refreshes
from tests import make
from tests.annotate import acting
from tests.annotate.invariants import broken_promises

pytestmark = pytest.mark.django_db

MEASURED: dict[str, Any] = {"min_overlap": 5, "max_overlap": 5, "gold_rate": 0.1}


def judged_project(
    *, policy: dict[str, Any] = MEASURED, items: int = 90, gold: int = 30, seed: int = 5
) -> tuple[models.Project, list[models.Worker]]:
    """Five workers judge everything: the first guesses, the others are right nine times of ten.

    The truth of an item is in its key: odd is positive. Every third item is gold. Who is right
    where does not hang on the order in which items are handed out, which is drawn anew each time.
    """
    project = make.project(policy=policy)
    made = make.items(project, items)
    for item in made[:: max(items // gold, 1)][:gold] if gold else []:
        models.GoldLabel.objects.create(item=item, answer=truth_of(item.pk))
    workers = [make.worker(project) for _ in range(5)]
    for place, worker in enumerate(workers):
        caller = make.client_for(worker)
        while leases := acting.claim(caller, project, 5):
            for lease in leases:
                key = models.Assignment.objects.get(pk=lease["id"]).item_id
                dice = np.random.default_rng([seed, place, key - made[0].pk])
                is_right = dice.random() < (0.5 if place == 0 else 0.9)
                answer = truth_of(key) if is_right else truth_of(key + 1)
                assert acting.submit(caller, lease["id"], answer)[0] == 200
    return project, workers


def truth_of(key: int) -> dict[str, str]:
    return make.POS if key % 2 else make.NEG


def rungs(workers: list[models.Worker]) -> list[str]:
    found = {f.worker_id: f.rung for f in models.Footing.objects.all()}
    return [found.get(worker.pk, "none") for worker in workers]


def overrule(project: models.Project, worker: models.Worker, rung: str) -> make.Reply:
    lead = make.client_for(project.created_by)
    path = f"projects/{project.pk}/members/{worker.pk}/rung/"
    return lead.put(path, {"rung": rung, "reason": "I watched the work"})


def test_who_guesses_goes_down_step_by_step_and_nobody_else_moves() -> None:
    project, workers = judged_project()
    seen = []
    for _ in range(4):
        run_refresh.func(project_id=project.pk)
        seen.append(rungs(workers)[0])
        assert rungs(workers)[1:] == ["none"] * 4
    assert seen == ["hint", "slower", "other_tier", "paused"]
    events = models.Event.objects.filter(kind="rung.changed").order_by("pk")
    assert [(e.worker_id, e.payload["to"]) for e in events] == [(workers[0].pk, r) for r in seen]
    assert events[0].payload["compared"]["upper"] < 0.7


@pytest.mark.parametrize(("prices", "gold"), [(None, 0), ({"crowd": 1, "wrong": 60}, 30)])
def test_without_planted_gold_who_guesses_is_stopped_by_what_peers_say(
    prices: dict[str, int] | None, gold: int
) -> None:
    policy = {"min_overlap": 5, "max_overlap": 5, "prices": prices}
    project, workers = judged_project(policy=policy, gold=gold)
    assert start_due_refreshes() == [project.pk]
    for rung in ("hint", "slower", "paused"):
        run_refresh.func(project_id=project.pk)
        assert rungs(workers) == [rung, *["none"] * 4]
    make.item(project)
    status, body = make.client_for(workers[0]).post(f"projects/{project.pk}/claim/")
    assert (status, body["code"]) == (403, "work_paused")


def test_without_a_ladder_everybody_is_measured_and_nobody_is_moved() -> None:
    policy = {"min_overlap": 5, "max_overlap": 5, "gold_rate": 0.1, "ladder": False}
    project, workers = judged_project(policy=policy)
    run_refresh.func(project_id=project.pk)
    assert rungs(workers) == ["none"] * 5
    measure = models.Footing.objects.get(worker=workers[0]).measure
    assert measure["why"] == "ladder_off"
    assert measure["compared"]["upper"] < 0.7


def test_where_there_is_no_gold_left_the_practice_rung_is_stepped_over() -> None:
    project, workers = judged_project()
    models.GoldLabel.objects.update(state="refuted")
    for rung in ("hint", "slower", "paused"):
        run_refresh.func(project_id=project.pk)
        assert rungs(workers)[0] == rung


def test_a_project_with_gold_alone_is_refreshed_too() -> None:
    project, _ = judged_project(items=30, gold=10)
    assert start_due_refreshes() == [project.pk]
    refresh_crowd(project=project)
    assert start_due_refreshes() == []


def test_a_measure_says_accuracy_by_category_information_and_gold() -> None:
    project, workers = judged_project()
    run_refresh.func(project_id=project.pk)
    lead = make.client_for(project.created_by)
    members = lead.get(f"projects/{project.pk}/members/")[1]["results"]
    row = next(m for m in members if m["id"] == workers[1].pk)
    measure = row["footing"]["measure"]
    tone = measure["questions"]["tone"]
    assert {c["category"] for c in tone["categories"]} == {"pos", "neg"}
    for bounds in (tone["accuracy"], *tone["categories"], tone["information"]):
        assert bounds["lower"] < bounds["value"] < bounds["upper"]
    # Wrong answers hang on who gets what: gold that good workers contradict is doubted.
    trusted = models.GoldLabel.objects.filter(state="trusted").count()
    assert measure["gold"] == trusted >= 28
    assert 0.7 < measure["gold_met"] <= 1.0
    assert (row["footing"]["rung"], row["footing"]["overruled"]) == ("none", None)
    expert = make.worker(project, "expert")
    members = lead.get(f"projects/{project.pk}/members/")[1]["results"]
    assert next(m for m in members if m["id"] == expert.pk)["footing"]["measure"] is None


def test_a_paused_worker_gets_nothing_new_and_what_is_held_is_taken() -> None:
    project = make.project(policy=MEASURED)
    make.items(project, 4)
    worker = make.worker(project)
    caller = make.client_for(worker)
    (lease,) = acting.claim(caller, project)
    overrule(project, worker, "paused")
    assert acting.claim(caller, project, 3) == [lease]
    status, body = acting.submit(caller, lease["id"], make.POS, next=True)
    assert (status, body["next"]) == (200, None)
    status, body = caller.post(f"projects/{project.pk}/claim/")
    assert (status, body["code"], body["extra"]["rung"]) == (403, "work_paused", "paused")
    assert "\n" not in body["message"]
    assert "record" in body["message"]
    assert broken_promises() == {}


def test_a_slowed_worker_gets_one_item_at_a_time_with_a_pause_between() -> None:
    project = make.project(policy=MEASURED)
    make.items(project, 6)
    worker = make.worker(project)
    caller = make.client_for(worker)
    overrule(project, worker, "slower")
    (lease,) = acting.claim(caller, project, 5)
    assert acting.claim(caller, project, 5) == [lease]
    assert acting.submit(caller, lease["id"], make.POS, next=True)[1]["next"] is None
    status, body = caller.post(f"projects/{project.pk}/claim/")
    assert (status, body["code"]) == (429, "cooling_down")
    assert 0 < body["extra"]["retry_after"] <= 60
    before = models.Footing.objects.get(worker=worker)
    before.handed_at = before.handed_at and before.handed_at.replace(year=2020)
    before.save()
    assert len(acting.claim(caller, project, 5)) == 1


def test_on_the_practice_rung_known_answers_alone_are_handed_out() -> None:
    project = make.project(policy=MEASURED)
    make.items(project, 6)
    gold = make.item(project, gold=make.POS)
    worker = make.worker(project)
    caller = make.client_for(worker)
    overrule(project, worker, "other_tier")
    (lease,) = acting.claim(caller, project, 5)
    assert models.Assignment.objects.get(pk=lease["id"]).item_id == gold.pk
    acting.submit(caller, lease["id"], make.POS)
    status, body = caller.post(f"projects/{project.pk}/claim/")
    assert (status, body["code"]) == (409, "nothing_easy")


def test_a_hint_is_shown_where_the_work_is_and_stops_nothing() -> None:
    project = make.project(policy=MEASURED)
    make.items(project, 6)
    worker = make.worker(project)
    caller = make.client_for(worker)
    overrule(project, worker, "hint")
    standing = caller.get(f"projects/{project.pk}/work/")[1]["standing"]
    assert (standing["rung"], standing["overruled"]) == ("hint", True)
    assert "I watched the work" in standing["sentence"]
    assert caller.get("home/")[1]["projects"][0]["rung"] == "hint"
    assert len(acting.claim(caller, project, 3)) == 3


def test_a_lead_overrules_what_is_measured_until_it_is_lifted() -> None:
    project, workers = judged_project()
    status, body = overrule(project, workers[0], "none")
    assert (status, body["rung"], body["overruled"]["rung"]) == (200, "none", "none")
    for _ in range(4):
        run_refresh.func(project_id=project.pk)
    footing = models.Footing.objects.get(worker=workers[0])
    assert (footing.rung, footing.standing) == ("paused", "none")
    make.item(project)
    assert len(acting.claim(make.client_for(workers[0]), project)) == 1
    lead = make.client_for(project.created_by)
    path = f"projects/{project.pk}/members/{workers[0].pk}/rung/"
    status, body = lead.delete(path)
    assert (status, body["rung"], body["overruled"]) == (200, "paused", None)
    kinds = models.Event.objects.filter(kind="rung.overruled").order_by("pk")
    assert [event.payload.get("reason") for event in kinds] == ["I watched the work", None]
    assert {event.user for event in kinds} == {project.created_by}


@pytest.mark.parametrize(
    "body", [{"rung": "hint"}, {"rung": "hint", "reason": "  "}, {"rung": "?"}]
)
def test_a_lead_has_to_say_why(body: dict[str, str]) -> None:
    project = make.project(policy=MEASURED)
    worker = make.worker(project)
    lead = make.client_for(project.created_by)
    assert lead.put(f"projects/{project.pk}/members/{worker.pk}/rung/", body)[0] == 400
    assert not models.Footing.objects.exists()


def test_when_the_ladder_is_switched_off_no_rung_holds_any_more_but_a_leads_word() -> None:
    project = make.project(policy=MEASURED)
    make.items(project, 3)
    measured, told = make.worker(project), make.worker(project)
    models.Footing.objects.create(worker=measured, rung="paused")
    overrule(project, told, "paused")
    lead = make.client_for(project.created_by)
    assert make.client_for(measured).get("home/")[1]["projects"][0]["rung"] == "paused"
    assert lead.put(f"projects/{project.pk}/policy/", {"ladder": False})[0] == 200
    project.refresh_from_db()
    assert make.client_for(measured).get("home/")[1]["projects"][0]["rung"] == "none"
    assert len(acting.claim(make.client_for(measured), project)) == 1
    assert make.client_for(told).post(f"projects/{project.pk}/claim/")[0] == 403


def test_while_nothing_is_learnt_labels_that_are_no_classes_are_measured_by_gold_alone() -> None:
    schema = {
        "inputs": [{"id": "text", "type": "text"}],
        "questions": [{"id": "q", "type": "text"}],
    }
    project = make.project(schema=schema, policy={**MEASURED, "gold_rate": 1.0})
    make.items(project, 20, gold={"q": "the right words"})
    make.items(project, 3)
    good, bad, *others = (make.worker(project) for _ in range(5))
    for _ in range(20):
        for worker in (good, *others):
            acting.judge(worker, {"q": "the right words"})
        acting.judge(bad, {"q": "nonsense"})
    run_refresh.func(project_id=project.pk)
    footings = {f.worker_id: f for f in models.Footing.objects.all()}
    assert footings[good.pk].rung == "none"
    assert footings[bad.pk].rung == "hint"
    assert footings[bad.pk].measure["gold_met"] == 0.0


def test_a_project_of_which_nothing_is_known_measures_nobody_and_breaks_nothing() -> None:
    project = make.project(policy=MEASURED)
    make.item(project)
    acting.judge(make.worker(project), make.POS)
    run_refresh.func(project_id=project.pk)
    assert measure_workers(project=project) == 0
    assert [footing.rung for footing in models.Footing.objects.all()] == ["none"]


def test_leads_are_told_who_shares_mistakes_and_nothing_else_follows() -> None:
    project, workers = judged_project(policy={**MEASURED, "gold_rate": 0.0}, items=60, gold=0)
    copied, copier = workers[0], make.worker(project)
    assert copied.pk < copier.pk
    for judgment in models.Judgment.objects.filter(worker=copied).order_by("pk"):
        lease = models.Assignment.objects.create(
            project=project, item=judgment.item, worker=copier, guideline=judgment.guideline,
            expires_at=judgment.created_at, state="answered",
        )  # fmt: skip
        models.Judgment.objects.create(
            project=project, item=judgment.item, worker=copier, assignment=lease,
            guideline=judgment.guideline, submission_id=uuid4(), answer=judgment.answer,
            ordinal=judgment.ordinal, seconds=1.0,
        )  # fmt: skip
    models.Worker.objects.filter(pk=copier.pk).update(judged_count=60)
    refresh_crowd(project=project)
    measure_workers(project=project)
    lead = make.client_for(project.created_by)
    rows = lead.get(f"projects/{project.pk}/members/")[1]["results"]
    measures = {row["id"]: row["footing"]["measure"] for row in rows}
    alike: dict[int, list[dict[str, Any]]] = {
        key: measure["alike"] for key, measure in measures.items() if measure
    }
    (found,) = alike[copier.pk]
    assert (found["worker"], found["question"]) == (copied.pseudonym, "tone")
    assert found["shared"] == found["mistakes"] > found["expected"]
    assert [pair["worker"] for pair in alike[copied.pk]] == [copier.pseudonym]
    assert [alike[worker.pk] for worker in workers[1:]] == [[]] * 4
    assert rungs([*workers, copier]) == ["none"] * 6
