"""An answer and the next item in one statement: it decides as the long way does, or not at all."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotate import models
from annotate.queries.own_assignment import OwnAssignment, find_assignment
from annotate.services.answer import answer_item
from annotate.services.submit import Submission
from tests import make
from tests.annotate import acting

pytestmark = pytest.mark.django_db

# It matches nothing, but who has a rule goes the long way.
NEVER = {"name": "never", "when": {"votes": {"at_least": 40}}, "then": "crowd"}


def left_behind(project: models.Project) -> dict[str, Any]:
    """All that answers wrote, without the ids."""
    reasons = models.FinalLabel.objects.filter(project=project).values_list("reason", flat=True)
    events = models.Event.objects.filter(project=project, item__isnull=False).order_by("pk")
    judgments = models.Judgment.objects.filter(project=project).order_by("pk")
    return {
        "items": list(
            models.Item.objects.filter(project=project).order_by("pk")
            .values_list("stage", "overlap", "taken", "judged")
        ),
        "judgments": list(judgments.values_list("answer", "ordinal", "is_surplus", "is_unsure")),
        "finals": [without_ids(reason) for reason in reasons.order_by("pk")],
        "events": [(event.kind, without_ids(event.payload)) for event in events],
        "queued": models.QueueEntry.objects.filter(project=project).count(),
        "leases": models.Assignment.objects.filter(item__project=project, state="leased").count(),
    }  # fmt: skip


def without_ids(document: dict[str, Any]) -> dict[str, Any]:
    made_of = document.get("made_of", {})
    bare = {name: made_of[name] for name in made_of if name not in {"guideline", "policy", "key"}}
    if "judgments" in bare:
        bare["judgments"] = len(bare["judgments"])
    ids = {"made_of", "final", "judgment", "item"}
    return {**{k: v for k, v in document.items() if k not in ids}, "made_of": bare}


def answer_all(project: models.Project, answers: Sequence[Any]) -> set[str]:
    """Each of a new worker, with the next item in the reply; answers which statements ran."""
    ran: set[str] = set()
    for answer in answers:
        caller = make.client_for(make.worker(project))
        (lease,) = acting.claim(caller, project)
        with CaptureQueriesContext(connection) as queries:
            status, body = acting.submit(caller, lease["id"], answer, next=True)
        assert (status, body["next"] is not None) == (200, True)
        ran |= {name for name in ("answer_item", "take_judgment", "hand_out")
                if any(name in query["sql"] for query in queries)}  # fmt: skip
    return ran


@pytest.mark.parametrize(
    "answers",
    [
        [make.POS],
        [make.POS, make.POS],
        [make.POS, make.NEG],
        [make.POS, make.NEG, make.POS],
    ],
    ids=["waits", "settles", "asks", "disputes"],
)
def test_the_short_way_leaves_behind_what_the_long_one_does(answers: list[Any]) -> None:
    short, long = make.project(), make.project(policy={"rules": [NEVER]})
    for project in (short, long):
        make.items(project, 3)
        # One item goes before all others, also when it asks for one more.
        first = models.Item.objects.filter(project=project).order_by("pk")[0]
        models.Item.objects.filter(pk=first.pk).update(band=0)
        models.QueueEntry.objects.filter(item=first).update(band=0)
    is_disputed = len(answers) == 3
    ran = answer_all(short, answers)
    assert ran == (
        {"answer_item", "take_judgment", "hand_out"} if is_disputed else {"answer_item"}
    )
    assert answer_all(long, answers) == {"take_judgment", "hand_out"}
    assert left_behind(short) == left_behind(long)
    for label in models.FinalLabel.objects.all():
        judgments = list(label.item.judgments.order_by("pk").values_list("pk", flat=True))
        assert label.reason["made_of"]["judgments"] == judgments


def looked_up(worker: models.Worker) -> OwnAssignment:
    """A lease of the next item, as a submit looks it up before it locks anything."""
    (lease,) = acting.claim(make.client_for(worker), worker.project)
    return find_assignment(user_id=worker.user_id, assignment_id=UUID(lease["id"]))


def give(assignment: OwnAssignment, answer: Any) -> None:
    answer_item(
        assignment=assignment,
        submission=Submission(submission_id=uuid4(), answer=answer),
        want=0,
    )


def test_a_vote_that_came_meanwhile_is_counted() -> None:
    project = make.project()
    item = make.item(project)
    early = looked_up(make.worker(project))
    acting.judge(make.worker(project), make.POS)
    give(early, make.POS)  # foreseen was: it waits for the second vote
    item.refresh_from_db()
    assert (item.stage, item.judged) == ("settled", 2)
    judgments = list(item.judgments.order_by("pk").values_list("pk", flat=True))
    assert item.final_label is not None
    assert item.final_label.reason["made_of"]["judgments"] == judgments


def test_a_correction_that_came_meanwhile_is_heard() -> None:
    project = make.project()
    item = make.item(project)
    first = make.client_for(make.worker(project))
    (lease,) = acting.claim(first, project)
    acting.submit(first, lease["id"], make.POS)
    second = looked_up(make.worker(project))
    assert acting.submit(first, lease["id"], make.NEG)[0] == 200
    give(second, make.POS)  # foreseen was: two of a mind, and it settles
    item.refresh_from_db()
    assert (item.stage, item.judged, item.overlap) == ("open", 2, 3)


def test_a_lease_that_ended_meanwhile_is_not_taken_for_a_live_one() -> None:
    project = make.project(policy={"min_overlap": 1, "max_overlap": 1})
    item = make.item(project)
    late = looked_up(make.worker(project))
    acting.end_leases(pk=late.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT release_expired_leases(10)")
    acting.judge(make.worker(project), make.NEG)
    give(late, make.POS)
    item.refresh_from_db()
    assert item.final_label is not None
    assert (item.final_label.answer, item.taken, item.judged) == (make.NEG, 1, 1)
    assert list(item.judgments.order_by("pk").values_list("is_surplus", flat=True)) == [
        False,
        True,
    ]
