"""Step 3, assign: lease the next item to a worker, keep the lease, give it back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from annotate.documents import policy_version
from annotate.models import (
    Assignment,
    AssignmentState,
    Event,
    EventKind,
    Item,
    ItemStage,
    Prediction,
    Project,
    ProjectStage,
    Purpose,
    Tier,
    Worker,
)
from annotate.refusals import AlreadyDecided, NoGuideline, NotFound, ProjectNotOpen
from annotate.queue import enqueue

SKIP_REASONS = ("unclear", "cannot", "offensive", "other")
MOST_LEASES = 5


@dataclass(frozen=True, kw_only=True)
class Lease:
    """An item in a worker's hands. `data` is the item's content as stored."""

    assignment: UUID
    item: int
    project: int
    guideline: int
    expires_at: datetime
    data: dict[str, Any]
    prediction: tuple[dict[str, Any], float] | None
    """The model's answer and score when the policy shows it, else None."""


_CLAIM = """
SELECT c.assignment_id, c.item_id, c.lease_end, i.data
  FROM claim_next_item(%s, %s, %s, %s, %s) c JOIN annotate_item i ON i.id = c.item_id
"""


def claim_items(*, worker: Worker, project: Project, count: int = 1) -> list[Lease]:
    """The worker's open leases, oldest first, topped up from the queue to `count` in all.

    An empty list means that nothing waits for this worker now.

    Raises:
        ProjectNotOpen: nothing is handed out in a project that is paused or closed.
        NoGuideline: the project has no label schema yet.
    """
    if project.guideline_id is None or project.policy_id is None:
        raise NoGuideline
    leases = open_leases(worker=worker, limit=count)
    if len(leases) < count and project.stage != ProjectStage.OPEN:
        if leases:
            return leases
        raise ProjectNotOpen
    while len(leases) < count:
        lease = _claim_next(worker, project)
        if lease is None:
            break
        leases.append(lease)
    return leases


def claim_next(*, worker: Worker, project: Project, held: int) -> Lease | None:
    """One more item for a worker who has just answered, for the same reply.

    `held` is how many leases the worker keeps ready; with more than that nothing is added.
    """
    leases = open_leases(worker=worker, limit=MOST_LEASES)
    if len(leases) >= max(held, 1):
        return leases[max(held, 1) - 1]
    if project.stage != ProjectStage.OPEN:
        return leases[-1] if leases else None
    return _claim_next(worker, project) or (leases[-1] if leases else None)


def _claim_next(worker: Worker, project: Project) -> Lease | None:
    policy = policy_version(project.policy_id)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            _CLAIM,
            [
                worker.pk,
                project.pk,
                Tier.CROWD,
                project.guideline_id,
                timedelta(seconds=policy.lease_seconds),
            ],
        )
        row = cursor.fetchone()
        if row is None:
            return None
        assignment, item, expires_at, data = row
        shown = _show_prediction(assignment, item) if policy.prediction == "shown" else None
    return Lease(
        assignment=assignment,
        item=item,
        project=project.pk,
        guideline=project.guideline_id,
        expires_at=expires_at,
        data=_document(data),
        prediction=shown,
    )


def _document(raw: Any) -> dict[str, Any]:
    # A raw cursor hands jsonb over as text: Django's own decoder stands in the model field.
    return Item._meta.get_field("data").from_db_value(raw, None, connection)  # noqa: SLF001


def _show_prediction(assignment: UUID, item: int) -> tuple[dict[str, Any], float] | None:
    """Take the newest prediction of each question, and remember that it was shown."""
    newest = list(
        Prediction.objects.filter(item=item).order_by("question", "-id").distinct("question")
    )
    if not newest:
        return None
    Assignment.objects.filter(pk=assignment).update(prediction=newest[0])
    return {p.question: p.label for p in newest}, min(p.score for p in newest)


def open_leases(*, worker: Worker, limit: int) -> list[Lease]:
    """What the worker holds now, oldest first."""
    rows = (
        Assignment.objects.filter(
            worker=worker,
            state=AssignmentState.LEASED,
            purpose=Purpose.JUDGE,
            expires_at__gt=Now(),
        )
        .select_related("prediction")
        .annotate(data=F("item__data"))
        .order_by("leased_at", "id")[:limit]
    )
    return [lease_of(row, row.data) for row in rows]


def lease_of(assignment: Assignment, data: dict[str, Any]) -> Lease:
    shown = assignment.prediction
    return Lease(
        assignment=assignment.pk,
        item=assignment.item_id,
        project=assignment.project_id,
        guideline=assignment.guideline_id,
        expires_at=assignment.expires_at,
        data=data,
        prediction=({shown.question: shown.label}, shown.score) if shown else None,
    )


@transaction.atomic
def keep_lease(*, worker: Worker, assignment_id: UUID, lease_seconds: int) -> datetime:
    """Prolong a live lease; answers when it ends now.

    Raises:
        AlreadyDecided: the lease ended, or the assignment is answered or skipped.
    """
    changed = Assignment.objects.filter(
        pk=assignment_id, worker=worker, state=AssignmentState.LEASED, expires_at__gt=Now()
    ).update(expires_at=Now() + timedelta(seconds=lease_seconds))
    if not changed:
        message = "The lease has ended. Your answer is still taken if the item has room for it."
        raise AlreadyDecided(message)
    return Assignment.objects.values_list("expires_at", flat=True).get(pk=assignment_id)


@transaction.atomic
def skip_item(*, worker: Worker, assignment_id: UUID, reason: str, comment: str = "") -> None:
    """Pass on an item: its slot goes back, and this worker does not get it again.

    Raises:
        NotFound: no such assignment of this worker.
    """
    found = Assignment.objects.filter(pk=assignment_id, worker=worker).values_list("item_id")
    item_id = found.first()
    if item_id is None:
        raise NotFound
    item = Item.objects.select_for_update().get(pk=item_id[0])
    changed = Assignment.objects.filter(
        pk=assignment_id, state__in=[AssignmentState.LEASED, AssignmentState.EXPIRED]
    )
    state = changed.values_list("state", flat=True).first()
    if state is None:
        return
    changed.update(state=AssignmentState.SKIPPED, skip_reason=f"{reason}: {comment}"[:300])
    if state == AssignmentState.LEASED:
        Item.objects.filter(pk=item.pk).update(taken=F("taken") - 1)
        if item.stage in {ItemStage.NEW, ItemStage.OPEN}:
            enqueue(item.pk, Tier.CROWD)
    Event.objects.create(
        project_id=item.project_id,
        kind=EventKind.ITEM_SKIPPED,
        item=item,
        worker=worker,
        payload={"reason": reason, "comment": comment},
    )


def release_expired_leases(*, limit: int = 500) -> int:
    """Give the slots of leases that ran out back; answers how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT release_expired_leases(%s)", [limit])
        return int(cursor.fetchone()[0])


