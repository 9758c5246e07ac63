"""What becomes of an item after a vote: settled, asked again, disputed; the reason is kept."""

from typing import Any

import pytest

from annotate import models
from labeling.formats.rows import ImportedJudgment
from tests import make
from tests.annotate import acting
from tests.annotate.invariants import broken_promises

pytestmark = pytest.mark.django_db


def kinds(item: models.Item) -> list[str]:
    events = models.Event.objects.filter(item=item).exclude(kind="item.judged").order_by("pk")
    return list(events.values_list("kind", flat=True))


def after(project: models.Project, *answers: Any) -> models.Item:
    """A new item after these votes."""
    item = make.item(project)
    acting.vote(project, *answers)
    item.refresh_from_db()
    return item


def test_one_vote_of_two_decides_nothing() -> None:
    item = after(make.project(), make.POS)
    assert (item.stage, item.overlap, item.judged, item.final_label) == ("open", 2, 1, None)
    assert kinds(item) == []


def test_votes_that_agree_settle_the_item_and_say_why() -> None:
    project = make.project()
    item = after(project, make.POS, make.POS)
    final = models.FinalLabel.objects.get()
    assert (item.stage, item.final_label) == ("settled", final)
    assert (final.answer, final.source, final.decided_by) == (make.POS, "consensus", None)
    assert final.confidence == pytest.approx(0.64 / (0.64 + 0.04))
    assert (final.guideline_id, final.policy_id) == (project.guideline_id, project.policy_id)
    assert final.reason["code"] == "threshold_met"
    assert final.reason["votes"] == 2
    assert final.reason["threshold"] == 0.9
    assert final.reason["questions"]["tone"]["confidence"] == pytest.approx(0.941176)
    assert final.reason["sentence"]
    assert not models.QueueEntry.objects.exists()
    event = models.Event.objects.get(kind="item.settled")
    assert event.payload == {"final": final.pk, **final.reason}


def test_votes_that_differ_ask_one_more_worker_and_say_why() -> None:
    item = after(make.project(), make.POS, make.NEG)
    assert (item.stage, item.overlap, item.taken) == ("open", 3, 2)
    assert models.QueueEntry.objects.get().tier == "crowd"
    event = models.Event.objects.get(kind="overlap.raised")
    assert (event.payload["to"], event.payload["code"]) == (3, "below_threshold")
    assert kinds(item) == ["overlap.raised"]


def test_votes_that_are_used_up_open_a_dispute_and_say_why() -> None:
    item = after(make.project(), make.POS, make.NEG, make.POS)
    assert (item.stage, item.overlap, item.final_label) == ("disputed", 3, None)
    assert models.QueueEntry.objects.get().tier == "expert"
    event = models.Event.objects.get(kind="dispute.opened")
    assert (event.item, event.payload["code"]) == (item, "votes_used_up")
    assert event.payload["questions"]["tone"]["agreement"] == pytest.approx(1 / 3, abs=1e-6)
    assert kinds(item) == ["overlap.raised", "dispute.opened"]


def test_one_more_is_asked_only_when_all_that_were_asked_have_answered() -> None:
    project = make.project(policy={"min_overlap": 2, "max_overlap": 4})
    make.item(project)
    callers = [make.client_for(make.worker(project)) for _ in range(2)]
    leases = [acting.claim(caller, project)[0]["id"] for caller in callers]
    acting.submit(callers[0], leases[0], make.POS)
    assert models.Item.objects.get().overlap == 2
    acting.submit(callers[1], leases[1], make.NEG)
    assert models.Item.objects.get().overlap == 3


def test_a_single_vote_settles_when_the_policy_asks_for_one() -> None:
    item = after(make.project(policy=make.ONE_VOTE), make.NEG)
    assert item.final_label is not None
    assert (item.stage, item.final_label.reason["code"]) == ("settled", "only_vote")


def test_a_policy_may_ask_an_expert_at_the_first_disagreement() -> None:
    policy = {"max_overlap": 5, "dispute": {"on": "disagreement"}}
    item = after(make.project(policy=policy), make.POS, make.NEG)
    assert (item.stage, item.overlap) == ("disputed", 2)
    assert models.Event.objects.get(kind="dispute.opened").payload["code"] == "disagreement"


@pytest.mark.parametrize(("asked", "stage"), [(0, "settled"), (1, "disputed"), (2, "settled")])
def test_unsure_votes_open_a_dispute_from_the_number_the_policy_names(
    asked: int, stage: str
) -> None:
    project = make.project(policy={"dispute": {"unsure_votes": asked}})
    item = make.item(project)
    acting.judge(make.worker(project), make.POS, unsure=True)
    acting.judge(make.worker(project), make.POS)
    item.refresh_from_db()
    assert item.stage == stage


def test_a_correction_can_settle_an_item() -> None:
    project = make.project()
    item = make.item(project)
    workers = [make.worker(project) for _ in range(2)]
    acting.judge(workers[0], make.POS)
    wrong = acting.judge(workers[1], make.NEG)
    item.refresh_from_db()
    assert (item.stage, item.overlap) == ("open", 3)
    acting.submit(make.client_for(workers[1]), str(wrong.assignment_id), make.POS)
    item.refresh_from_db()
    assert (item.stage, item.judged, item.taken) == ("settled", 2, 2)
    assert not models.QueueEntry.objects.exists()


def test_a_new_policy_decides_from_the_next_vote_on() -> None:
    project = make.project()
    item = after(project, make.POS, make.NEG)
    lead = make.client_for(project.created_by)
    status, body = lead.put(f"projects/{project.pk}/policy/", {"threshold": 0.75})
    assert (status, body["version"]) == (200, 2)
    item.refresh_from_db()
    assert item.stage == "open"
    acting.vote(project, make.POS)
    item.refresh_from_db()
    final = models.FinalLabel.objects.get()
    assert (item.stage, final.policy.version, final.reason["threshold"]) == ("settled", 2, 0.75)


def test_a_higher_overlap_applies_to_items_that_are_in_the_queue_already() -> None:
    project = make.project(policy=make.ONE_VOTE)
    item = make.item(project)
    lead = make.client_for(project.created_by)
    lead.put(f"projects/{project.pk}/policy/", {"min_overlap": 2, "max_overlap": 3})
    acting.vote(project, make.POS)
    item.refresh_from_db()
    assert (item.stage, item.overlap) == ("open", 2)
    acting.vote(project, make.POS)
    item.refresh_from_db()
    assert item.stage == "settled"


BAD_POLICIES: list[tuple[Any, str]] = [
    ({"min_overlap": 0}, "/min_overlap"),
    ({"min_overlap": 4, "max_overlap": 3}, "/min_overlap"),
    ({"max_overlap": 51}, "/max_overlap"),
    ({"threshold": 0.5}, "/threshold"),
    ({"threshold": 1.5}, "/threshold"),
    ({"measure": "vibes"}, "/measure"),
    ({"lease_seconds": 1}, "/lease_seconds"),
    ({"dispute": {"questions": ["nothing"]}}, "/dispute/questions/0"),
    ({"surprise": 1}, "/surprise"),
    ([], ""),
]


@pytest.mark.parametrize(("policy", "path"), BAD_POLICIES, ids=str)
def test_a_policy_that_cannot_work_is_refused_with_its_place(policy: Any, path: str) -> None:
    project = make.project()
    lead = make.client_for(project.created_by)
    before = acting.counts()
    status, body = lead.put(f"projects/{project.pk}/policy/", policy)
    assert (status, body["code"]) == (400, "invalid_policy")
    assert path in {problem["path"] for problem in body["extra"]["problems"]}
    assert acting.counts() == before


def test_gold_never_becomes_a_vote_or_a_final_label() -> None:
    project = make.project()
    item = make.item(project, gold=make.NEG)
    acting.vote(project, make.POS, make.POS)
    item.refresh_from_db()
    assert item.final_label is not None
    assert item.final_label.answer == make.POS
    assert models.GoldLabel.objects.get().answer == make.NEG


def imported(*answers: Any) -> list[ImportedJudgment]:
    return [
        ImportedJudgment(worker=f"old {n}", answer=answer, seconds=None, is_gold=False)
        for n, answer in enumerate(answers)
    ]


@pytest.mark.parametrize(
    ("answers", "stage", "tiers"),
    [
        ((make.POS,), "open", ["crowd"]),
        ((make.POS, make.POS), "settled", []),
        ((make.POS, make.NEG), "open", ["crowd"]),
        ((make.POS, make.NEG, make.POS), "disputed", ["expert"]),
        ((make.POS, make.POS, make.POS, make.POS), "settled", []),
    ],
)
def test_imported_judgments_are_routed_like_votes(
    answers: tuple[Any, ...], stage: str, tiers: list[str]
) -> None:
    project = make.project()
    item = make.item(project, judgments=imported(*answers))
    assert (item.stage, item.judged, item.taken) == (stage, len(answers), len(answers))
    assert list(models.QueueEntry.objects.values_list("tier", flat=True)) == tiers
    assert broken_promises().keys() <= {"a judgment has its event"}


def test_who_judged_elsewhere_cannot_sign_in_here() -> None:
    project = make.project()
    make.item(project, judgments=imported(make.POS))
    worker = models.Judgment.objects.get().worker
    assert not worker.user.is_active
    assert not worker.user.has_usable_password()


def test_a_worker_of_an_import_may_have_a_long_name() -> None:
    project = make.project()
    old = ImportedJudgment(worker="n" * 200, answer=make.POS, seconds=1.5, is_gold=False)
    item = make.item(project, judgments=[old])
    assert item.judged == 1
    assert models.Judgment.objects.get().seconds == 1.5
