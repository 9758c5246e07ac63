"""Items that go back to a worker, and items that wait for the guideline."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from annotate import models
from annotate.queries.why import why
from annotate.services.assign import release_expired_leases
from annotate.services.decide_anew import end_overdue_looks
from annotate.services.projects import change_policy
from tests import make
from tests.annotate import acting
from tests.annotate.invariants import broken_promises

pytestmark = pytest.mark.django_db

PRICED: dict[str, Any] = {
    "min_overlap": 2,
    "max_overlap": 4,
    "prices": {"crowd": 1, "expert": None, "wrong": 2},
}
SPLIT = {"conflict": {"any_of": ["pos", "neg"]}}
BACK = {"name": "differs", "when": SPLIT, "then": "back_to_worker", "note": "Mind the irony."}
HOLD = {"name": "irony", "when": SPLIT, "then": "hold"}


def project_with(*rules: dict[str, Any]) -> models.Project:
    return make.project(policy={**PRICED, "rules": list(rules)})


def voted(project: models.Project, *answers: Any) -> tuple[models.Item, list[models.Worker]]:
    """A new item with these votes, and who gave them."""
    item = make.item(project)
    crowd = [judgment.worker for judgment in acting.vote(project, *answers)]
    item.refresh_from_db()
    return item, crowd


def kinds(item: models.Item) -> list[str]:
    trail = models.Event.objects.filter(item=item).exclude(kind="item.judged").order_by("pk")
    return list(trail.values_list("kind", flat=True))


def came_back(worker: models.Worker) -> dict[str, Any]:
    """The lease of what came back to a worker."""
    (lease,) = acting.claim(make.client_for(worker), worker.project)
    assert lease["earlier"] is not None
    return lease


def test_it_comes_back_to_who_disagrees_with_the_note_and_the_own_answer_alone() -> None:
    project = project_with(BACK)
    item, (first, second) = voted(project, make.POS, make.NEG)
    assert (item.stage, kinds(item)) == ("open", ["item.returned"])
    lease = came_back(second)
    assert lease["earlier"] == {
        "note": "Mind the irony.",
        "answer": make.NEG,
        "comment": "",
        "unsure": False,
    }
    assert set(lease) == {
        "id", "project", "guideline_version", "expires_at", "item", "prediction", "has_check",
        "earlier", "draft",
    }  # fmt: skip
    # Nobody else gets it meanwhile, and who agreed is not asked.
    assert acting.claim(make.client_for(first), project) == []
    assert acting.claim(make.client_for(make.worker(project)), project) == []
    assert not broken_promises()


def test_the_new_judgment_replaces_the_old_one_and_the_item_is_decided() -> None:
    project = project_with(BACK)
    item, (_, second) = voted(project, make.POS, make.NEG)
    lease = came_back(second)
    status, body = acting.submit(make.client_for(second), lease["id"], make.POS)
    assert (status, body["status"], body["judged_by_me"]) == (200, "accepted", 1)
    item.refresh_from_db()
    newest = models.Judgment.objects.get(item=item, worker=second, replaced_by__isnull=True)
    assert newest.replaces is not None
    assert newest.replaces.answer == make.NEG
    assert (item.stage, kinds(item)) == ("settled", ["item.returned", "item.settled"])
    second.refresh_from_db()
    assert (second.judged_count, second.again_count) == (1, 1)
    assert why(item)["recomputes"]
    assert not broken_promises()


def test_the_same_answer_again_stands_and_the_item_goes_on() -> None:
    project = project_with(BACK)
    item, (_, second) = voted(project, make.POS, make.NEG)
    lease = came_back(second)
    assert acting.submit(make.client_for(second), lease["id"], make.NEG)[0] == 200
    item.refresh_from_db()
    assert kinds(item) == ["item.returned", "item.settled"]
    story = why(item)
    assert [found.get("again") for found in story["decisions"]] == [[2], None]
    assert story["recomputes"]


@pytest.mark.parametrize("way", ["skip", "lease ends", "nobody comes", "rule is gone"])
def test_who_leaves_it_stands_by_the_old_answer_and_the_item_goes_on(way: str) -> None:
    project = project_with(BACK)
    item, (first, second) = voted(project, make.POS, make.NEG)
    first.user.is_active = False
    first.user.save()
    caller = make.client_for(second)
    if way == "skip":
        lease = came_back(second)
        path = f"assignments/{lease['id']}/skip/"
        assert caller.post(path, {"reason": "unclear", "next": False})[0] == 200
    elif way == "lease ends":
        acting.end_leases(pk=came_back(second)["id"])
        assert release_expired_leases() == 0  # it is no free slot
        assert end_overdue_looks() == 1
    elif way == "nobody comes":
        assert end_overdue_looks() == 0
        models.SecondLook.objects.update(asked_at=timezone.now() - timedelta(hours=25))
        assert end_overdue_looks() == 1
    else:
        change_policy(project=project, author=project.created_by, document=PRICED)
        assert end_overdue_looks() == 1
    item.refresh_from_db()
    assert item.stage == "settled"
    assert "look.closed" in kinds(item)
    assert models.Judgment.objects.filter(item=item).count() == 2
    assert acting.claim(caller, project) == []
    assert why(item)["recomputes"]
    assert not broken_promises()


def test_nothing_is_decided_while_somebody_looks_again() -> None:
    project = make.project(policy={**PRICED, "min_overlap": 2, "rules": [BACK]})
    item = make.item(project)
    models.Item.objects.filter(pk=item.pk).update(overlap=3)
    late = make.worker(project)
    (lease,) = acting.claim(make.client_for(late), project)
    acting.vote(project, make.POS, make.NEG)
    assert acting.submit(make.client_for(late), lease["id"], make.POS)[0] == 200
    item.refresh_from_db()
    assert (item.stage, kinds(item)) == ("open", ["item.returned"])


def test_it_counts_among_what_waits_for_the_worker() -> None:
    project = project_with(BACK)
    _, (_, second) = voted(project, make.POS, make.NEG)
    caller = make.client_for(second)
    assert caller.get(f"projects/{project.pk}/work/")[1]["ready"] == 1
    assert caller.get("home/")[1]["projects"][0]["ready"] == 1


def test_a_paused_worker_is_not_asked_again() -> None:
    project = project_with(BACK)
    _, (_, second) = voted(project, make.POS, make.NEG)
    models.Footing.objects.create(worker=second, overruled_to="paused", overruled_why="enough")
    assert make.client_for(second).post(f"projects/{project.pk}/claim/")[0] == 403


def test_a_held_item_is_offered_to_nobody_and_the_lead_reads_why() -> None:
    project = project_with(HOLD)
    item, _ = voted(project, make.POS, make.NEG)
    assert item.stage == "held"
    assert acting.claim(make.client_for(make.worker(project)), project) == []
    lead = make.client_for(project.created_by)
    (row,) = lead.get(f"projects/{project.pk}/items/?stage=held")[1]["results"]
    assert row["held"]["rule"] == "irony"
    assert (row["held"]["guideline_version"], row["held"]["sentence"][:7]) == (1, "2 votes")
    board = lead.get(f"projects/{project.pk}/board/")[1]
    assert (board["items"]["held"], board["held"]) == (1, {"waiting": 1, "ready": 0})
    assert why(item)["recomputes"]
    assert not broken_promises()


def test_answers_under_way_count_and_can_be_corrected_while_it_is_held() -> None:
    project = project_with(HOLD)
    item = make.item(project)
    models.Item.objects.filter(pk=item.pk).update(overlap=3)
    late = make.client_for(make.worker(project))
    (lease,) = acting.claim(late, project)
    acting.vote(project, make.POS, make.NEG)
    for answer in (make.NEG, make.POS):
        status, body = acting.submit(late, lease["id"], answer)
        assert (status, body["status"]) == (200, "accepted")
    item.refresh_from_db()
    assert (item.stage, item.judged) == ("held", 3)


def test_a_new_guideline_offers_what_is_held_and_all_go_on_at_once() -> None:
    project = project_with(HOLD)
    items = [voted(project, make.POS, make.NEG)[0] for _ in range(3)]
    lead = make.client_for(project.created_by)
    status, body = lead.post(f"projects/{project.pk}/guidelines/", {"schema": make.CHOICE})
    assert (status, body["held"]) == (201, 3)
    assert lead.get(f"projects/{project.pk}/board/")[1]["held"] == {"waiting": 3, "ready": 3}
    path = f"projects/{project.pk}/held/resume/"
    assert lead.post(path, {"items": [items[1].pk]})[1] == {"resumed": 1, "left": 2}
    assert lead.post(path)[1] == {"resumed": 2, "left": 0}
    assert lead.post(path, {"items": [items[1].pk]})[1] == {"resumed": 0, "left": 0}
    for item in items:
        item.refresh_from_db()
        assert (item.stage, kinds(item)) == (
            "settled",
            ["item.held", "item.resumed", "item.settled"],
        )
        assert why(item)["recomputes"]
    assert not broken_promises()


def test_what_still_wants_votes_is_offered_again_when_it_goes_on() -> None:
    project = project_with(
        HOLD, {"name": "more", "when": {"votes": {"below": 4}}, "then": "crowd"}
    )
    item, _ = voted(project, make.POS, make.NEG)
    lead = make.client_for(project.created_by)
    lead.post(f"projects/{project.pk}/held/resume/")
    item.refresh_from_db()
    assert (item.stage, item.overlap) == ("open", 3)
    assert len(acting.claim(make.client_for(make.worker(project)), project)) == 1
    assert not broken_promises()


def test_items_of_another_project_stay_held() -> None:
    item, _ = voted(project_with(HOLD), make.POS, make.NEG)
    other = project_with(HOLD)
    lead = make.client_for(other.created_by)
    body = lead.post(f"projects/{other.pk}/held/resume/", {"items": [item.pk]})[1]
    assert body == {"resumed": 0, "left": 0}
