"""The own record in batches, and appeals: who may object to what, who decides, what it heals."""

from typing import Any
from uuid import uuid4

import pytest

from annotate import models
from annotate.jobs.tasks import run_refresh
from annotate.queries.batches import BATCH, FEWEST_AFTER, SPREAD_AFTER
from annotate.services.appeals import MOST_OPEN
from annotate.services.gold import doubt_gold
from tests import make
from tests.annotate import acting
from tests.annotate.test_ladder import judged_project, truth_of

pytestmark = pytest.mark.django_db

GOLD: dict[str, Any] = {"min_overlap": 1, "max_overlap": 1, "gold_rate": 1.0}
MANY = BATCH + FEWEST_AFTER + SPREAD_AFTER


def worked(
    *, wrong: int, plain: int = FEWEST_AFTER + SPREAD_AFTER
) -> tuple[models.Project, models.Worker, list[models.Judgment]]:
    """A worker who met all gold of ten but the first `wrong`, and judged on after."""
    project = make.project(policy=GOLD)
    make.items(project, BATCH, gold=make.POS)
    make.items(project, MANY)
    worker = make.worker(project)
    judged = [acting.judge(worker, make.NEG if n < wrong else make.POS) for n in range(BATCH)]
    for _ in range(plain):
        acting.judge(worker, make.POS)
    return project, worker, judged


def record(worker: models.Worker) -> dict[str, Any]:
    status, body = make.client_for(worker).get(f"projects/{worker.project_id}/record/")
    assert status == 200, body
    return dict(body)


def appeal(worker: models.Worker, assignment: Any, subject: str = "gold") -> make.Reply:
    body = {"subject": subject, "assignment": str(assignment), "reason": "It says so"}
    return make.client_for(worker).post(f"projects/{worker.project_id}/record/appeals/", body)


def decide(caller: make.Caller, project: models.Project, *, upheld: bool) -> make.Reply:
    key = models.Appeal.objects.latest("pk").pk
    body = {"upheld": upheld, "reason": "I looked"}
    return caller.post(f"projects/{project.pk}/appeals/{key}/", body)


def standing(worker: models.Worker) -> Any:
    return make.client_for(worker).get(f"projects/{worker.project_id}/work/")[1]["standing"]


@pytest.mark.parametrize(("wrong", "is_told"), [(2, False), (3, True)])
def test_a_hint_names_what_is_mixed_up_once_it_is_a_habit(wrong: int, is_told: bool) -> None:  # noqa: FBT001
    _project, worker, _judged = worked(wrong=wrong)
    assert standing(worker)["confusion"] is None, "nobody is told who stands well"
    models.Footing.objects.filter(worker=worker).update(rung="hint")
    mixed_up = {"question": "tone", "said": "neg", "known": "pos"} if is_told else None
    assert standing(worker)["confusion"] == mixed_up
    assert record(worker)["standing"]["confusion"] == mixed_up


def test_a_hint_knows_nothing_of_a_batch_that_is_not_told_yet() -> None:
    project, worker, judged = worked(wrong=6, plain=0)
    models.Footing.objects.filter(worker=worker).update(rung="hint")
    assert standing(worker)["confusion"] is None
    for _ in range(FEWEST_AFTER + SPREAD_AFTER):
        acting.judge(worker, make.POS)
    assert standing(worker)["confusion"] is not None
    models.GoldLabel.objects.filter(item__in=[one.item_id for one in judged[:4]]).update(
        state="doubted"
    )
    assert standing(worker)["confusion"] is None, "doubted gold measures nobody"
    status, body = make.client_for(worker).post(f"projects/{project.pk}/claim/")
    assert (status, body["rung"]) == (200, "hint")


def test_gold_is_scored_in_whole_batches_some_judgments_later() -> None:
    _project, worker, judged = worked(wrong=3, plain=0)
    assert record(worker)["batches"] == []
    shown_after = 0
    while not record(worker)["batches"]:
        acting.judge(worker, make.POS)
        shown_after += 1
    assert FEWEST_AFTER <= shown_after < FEWEST_AFTER + SPREAD_AFTER
    (batch,) = record(worker)["batches"]
    assert (batch["number"], batch["score"], batch["counted"]) == (1, 0.7, 10)
    missed = {row["assignment"] for row in batch["missed"]}
    assert missed == {str(one.assignment_id) for one in judged[:3]}
    assert set(batch["missed"][0]) == {"assignment", "at", "data", "answer", "appeal"}


def test_a_batch_waits_for_every_answer_that_can_still_be_corrected() -> None:
    """Else a worker could read the score, and then mend the answers."""
    project = make.project(policy={**GOLD, "min_overlap": 2, "max_overlap": 3})
    make.items(project, BATCH, gold=make.POS)
    make.items(project, MANY)
    worker = make.worker(project)
    for _ in range(BATCH + FEWEST_AFTER + SPREAD_AFTER):
        acting.judge(worker, make.NEG)
    assert record(worker)["batches"] == []
    acting.judge(make.worker(project), make.NEG)
    assert record(worker)["batches"] == []


def test_without_a_gold_rate_nobody_is_scored() -> None:
    project, worker, _ = worked(wrong=2)
    lead = make.client_for(project.created_by)
    assert lead.put(f"projects/{project.pk}/policy/", {"min_overlap": 1})[0] == 200
    assert record(worker)["batches"] == []


def test_a_won_appeal_refutes_the_gold_for_everybody_and_heals_the_score() -> None:
    project, worker, judged = worked(wrong=2)
    other = make.worker(project)
    for _ in range(BATCH + FEWEST_AFTER + SPREAD_AFTER):
        if acting.claim(make.client_for(other), project):
            acting.judge(other, make.NEG)
    assert appeal(worker, judged[0].assignment_id)[0] == 201
    status, body = decide(make.client_for(make.worker(project, "expert")), project, upheld=True)
    assert (status, body["state"], body["against"]) == (200, "upheld", make.POS)
    assert models.GoldLabel.objects.get(item=judged[0].item_id).state == "refuted"
    (batch,) = record(worker)["batches"]
    assert (batch["score"], batch["counted"]) == (8 / 9, 9)
    (own,) = record(worker)["appeals"]
    assert (own["state"], own["decision"]) == ("upheld", "I looked")
    kinds = models.Event.objects.filter(kind__startswith="appeal.").order_by("pk")
    assert [event.kind for event in kinds] == ["appeal.made", "appeal.decided"]
    # It is never handed out again.
    make.item(project)
    assert acting.judge(make.worker(project), make.POS).item_id != judged[0].item_id


def test_a_lost_appeal_leaves_all_as_it_was() -> None:
    project, worker, judged = worked(wrong=2)
    appeal(worker, judged[0].assignment_id)
    assert decide(make.client_for(project.created_by), project, upheld=False)[0] == 200
    assert models.GoldLabel.objects.get(item=judged[0].item_id).state == "trusted"
    assert record(worker)["batches"][0]["score"] == 0.8
    status, body = decide(make.client_for(project.created_by), project, upheld=True)
    assert (status, body["code"]) == (409, "appeal_decided")


def test_what_the_record_does_not_show_cannot_be_appealed_and_says_nothing() -> None:
    """Gold of an unfinished batch, a plain item, a gold answer that was right, somebody else's
    and what is not there are one and the same."""
    project, worker, judged = worked(wrong=1)
    plain = models.Judgment.objects.filter(worker=worker).latest("pk")
    stranger = make.worker(project)
    replies = [
        appeal(worker, plain.assignment_id),
        appeal(worker, judged[5].assignment_id),
        appeal(worker, uuid4()),
        appeal(worker, judged[0].assignment_id, "ruling"),
        appeal(stranger, judged[0].assignment_id),
    ]
    assert {status for status, _ in replies} == {404}
    assert len({str(body) for _, body in replies}) == 1
    assert not models.Appeal.objects.exists()


def test_a_judgment_is_appealed_once_and_only_so_many_wait() -> None:
    project, worker, judged = worked(wrong=MOST_OPEN + 1)
    assert appeal(worker, judged[0].assignment_id)[0] == 201
    status, body = appeal(worker, judged[0].assignment_id)
    assert (status, body["code"]) == (409, "appeal_exists")
    for one in judged[1:MOST_OPEN]:
        assert appeal(worker, one.assignment_id)[0] == 201
    status, body = appeal(worker, judged[MOST_OPEN].assignment_id)
    assert (status, body["code"]) == (429, "too_many_appeals")
    assert decide(make.client_for(project.created_by), project, upheld=False)[0] == 200
    assert appeal(worker, judged[MOST_OPEN].assignment_id)[0] == 201


def ruled_against(project: models.Project) -> tuple[models.Judgment, models.Worker]:
    """A vote for "neg" on an item that an expert then decided to be "pos"."""
    item = make.item(project)
    acting.vote(project, make.POS, make.NEG, make.POS)
    expert = make.worker(project, "expert")
    assert acting.decide(make.client_for(expert), item, make.POS)[0] == 200
    return models.Judgment.objects.get(item=item, answer=make.NEG), expert


def test_a_ruling_is_decided_by_nobody_who_ruled_or_appealed() -> None:
    project = make.project(policy={"gold_rate": 0.1})
    vote, expert = ruled_against(project)
    worker = vote.worker
    (shown,) = record(worker)["rulings"]
    assert (shown["answer"], shown["ruling"]) == (make.NEG, make.POS)
    assert record(worker)["overturned"] == 1
    assert appeal(worker, vote.assignment_id, "ruling")[0] == 201
    ruler = make.client_for(expert)
    assert ruler.get(f"projects/{project.pk}/appeals/")[1]["results"][0]["own_case"] is True
    status, body = decide(ruler, project, upheld=False)
    assert (status, body["code"]) == (403, "own_case")
    models.Worker.objects.filter(pk=worker.pk).update(role="expert")
    status, body = decide(make.client_for(worker), project, upheld=True)
    assert (status, body["code"]) == (403, "own_case")
    models.Worker.objects.filter(pk=worker.pk).update(role="crowd")
    judge = make.client_for(make.worker(project, "expert"))
    (case,) = judge.get(f"projects/{project.pk}/appeals/")[1]["results"]
    assert case["own_case"] is False
    assert worker.pseudonym not in str(case)
    assert worker.user.username not in str(case)
    status, body = decide(judge, project, upheld=True)
    assert (status, body["state"]) == (200, "upheld")
    assert record(worker)["overturned"] == 0
    # The final label stands: an appeal is about the worker, not about the item.
    assert models.FinalLabel.objects.get(item=vote.item).answer == make.POS


def test_a_won_appeal_against_a_ruling_heals_the_skill_of_who_appealed_alone() -> None:
    project, workers = judged_project(items=100, gold=0)
    disputed = models.Item.objects.filter(stage="disputed").order_by("pk")
    expert = make.client_for(make.worker(project, "expert"))
    for item in disputed:
        assert acting.decide(expert, item, truth_of(item.pk + 1))[0] == 200  # a bad expert
    run_refresh.func(project_id=project.pk)
    before = {f.worker_id: f.measure["compared"]["value"] for f in models.Footing.objects.all()}
    worker = workers[1]
    rows = record(worker)["rulings"]
    assert rows
    for row in rows:
        vote = models.Judgment.objects.get(assignment=row["assignment"], replaced_by=None)
        models.Appeal.objects.create(
            project=project, worker=worker, judgment=vote, subject="ruling", reason="r",
            state="upheld", decided_by=project.created_by,
        )  # fmt: skip
    run_refresh.func(project_id=project.pk)
    after = {f.worker_id: f.measure["compared"]["value"] for f in models.Footing.objects.all()}
    assert after[worker.pk] > before[worker.pk] * 1.05
    others = [after[w.pk] / before[w.pk] for w in workers[2:]]
    assert max(others) < 1.05


def test_a_worker_who_was_paused_by_wrong_gold_comes_back_when_it_is_refuted() -> None:
    project, workers = judged_project(items=90, gold=0)
    worker = workers[1]
    for item in models.Item.objects.order_by("pk")[:40]:
        # The known answers are wrong wherever this worker was right.
        said = models.Judgment.objects.get(item=item, worker=worker).answer
        gold = make.NEG if said == make.POS else make.POS
        models.GoldLabel.objects.create(item=item, answer=gold, state="confirmed")
    for _ in range(4):
        run_refresh.func(project_id=project.pk)
    assert models.Footing.objects.get(worker=worker).rung == "paused"
    models.GoldLabel.objects.update(state="refuted")
    for _ in range(4):
        run_refresh.func(project_id=project.pk)
    assert models.Footing.objects.get(worker=worker).rung == "none"


def test_gold_that_good_workers_contradict_is_flagged_and_measures_nobody() -> None:
    project, _ = judged_project(items=90, gold=30)
    wrong = models.GoldLabel.objects.order_by("pk").first()
    assert wrong is not None
    models.GoldLabel.objects.filter(pk=wrong.pk).update(answer=truth_of(wrong.item_id + 1))
    run_refresh.func(project_id=project.pk)
    wrong.refresh_from_db()
    states = dict(models.GoldLabel.objects.values_list("pk", "state"))
    doubted = [key for key, state in states.items() if state == "doubted"]
    assert wrong.pk in doubted
    assert len(doubted) <= 3
    assert wrong.doubt is not None
    assert wrong.doubt["tone"] >= 0.95
    assert models.Event.objects.filter(kind="gold.doubted", item=wrong.item_id).count() == 1
    lead = make.client_for(project.created_by)
    path = f"projects/{project.pk}/gold/"
    row = next(r for r in lead.get(path)[1]["results"] if r["item"] == wrong.item_id)
    assert (row["state"], row["answer"]) == ("doubted", wrong.answer)
    body = {"stands": True, "reason": "The guideline says so"}
    assert lead.post(f"{path}{wrong.item_id}/", body)[1]["state"] == "confirmed"
    assert doubt_gold(project=project) == 0  # what a lead confirmed is not doubted again
    body = {"stands": False, "reason": "A slip"}
    assert lead.post(f"{path}{wrong.item_id}/", body)[1]["state"] == "refuted"
    kinds = models.Event.objects.filter(kind="gold.decided").order_by("pk")
    assert [event.payload["stands"] for event in kinds] == [True, False]


def test_gold_of_a_category_that_was_deleted_counts_neither_way() -> None:
    project, worker, _ = worked(wrong=2)
    schema = {
        **make.CHOICE,
        "questions": [
            {
                **make.CHOICE["questions"][0],
                "categories": [{"id": "neg", "title": "N"}, {"id": "mixed", "title": "M"}],
            }
        ],
    }
    lead = make.client_for(project.created_by)
    assert lead.post(f"projects/{project.pk}/guidelines/", {"schema": schema})[0] == 201
    (batch,) = record(worker)["batches"]
    assert (batch["score"], batch["counted"], batch["missed"]) == (None, 0, [])
    run_refresh.func(project_id=project.pk)
