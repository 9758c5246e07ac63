"""Step 3, assign: lease the next item to a worker, keep the lease, give it back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from annotate.documents import in_force
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
    Tier,
    Worker,
)
from annotate.queue import enqueue
from annotate.refusals import AlreadyDecided, NotFound, ProjectNotOpen

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


_TAKE = "SELECT * FROM take_leases(%s, %s, %s, %s, %s, %s)"


def claim_items(*, worker: Worker, project: Project, count: int = 1) -> list[Lease]:
    """The worker's open leases, oldest first, topped up from the queue to `count` in all.

    An empty list means that nothing waits for this worker now.

    Raises:
        ProjectNotOpen: nothing is handed out in a project that is paused or closed.
        NoGuideline: the project has no label schema yet.
    """
    leases = _take_leases(worker, project, count)
    if not leases and project.stage != ProjectStage.OPEN:
        raise ProjectNotOpen
    return leases


def claim_next(*, worker: Worker, project: Project, held: int) -> Lease | None:
    """One more item for a worker who has just answered, for the same reply.

    `held` is how many leases the worker keeps ready; this is the last of them.
    """
    leases = _take_leases(worker, project, held)
    return leases[-1] if leases else None


@transaction.atomic
def _take_leases(worker: Worker, project: Project, want: int) -> list[Lease]:
    rules = in_force(project)
    term = f"{rules.policy.lease_seconds} seconds"
    may_claim = project.stage == ProjectStage.OPEN
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [worker.pk, project.pk, rules.guideline_id, term, want, may_claim])
        rows = cursor.fetchall()
    shows_model = rules.policy.prediction == "shown"
    return [_lease(project, row, shows_model=shows_model) for row in rows]


def _lease(project: Project, row: tuple[Any, ...], *, shows_model: bool) -> Lease:
    assignment, item, guideline, lease_end, data, prediction, is_new = row
    shown = None
    if is_new and shows_model:
        shown = _show_prediction(assignment, item)
    elif prediction is not None:
        shown = _shown_prediction(item, prediction)
    return Lease(
        assignment=assignment,
        item=item,
        project=project.pk,
        guideline=guideline,
        expires_at=lease_end,
        # A raw cursor hands jsonb over as text.
        data=orjson.loads(data),
        prediction=shown,
    )


def _show_prediction(assignment: UUID, item: int) -> tuple[dict[str, Any], float] | None:
    """Take the newest prediction of each question, and remember that it was shown."""
    newest = list(
        Prediction.objects.filter(item=item).order_by("question", "-id").distinct("question")
    )
    if not newest:
        return None
    Assignment.objects.filter(pk=assignment).update(prediction=max(newest, key=lambda p: p.pk))
    return _as_answer(newest)


def _shown_prediction(item: int, latest: int) -> tuple[dict[str, Any], float] | None:
    """What was shown when the lease began: nothing newer than the prediction it names."""
    shown = (
        Prediction.objects.filter(item=item, pk__lte=latest)
        .order_by("question", "-id")
        .distinct("question")
    )
    return _as_answer(list(shown))


def _as_answer(predictions: list[Prediction]) -> tuple[dict[str, Any], float] | None:
    """One answer of all of them; its score is the lowest."""
    if not predictions:
        return None
    answer = {prediction.question: prediction.label for prediction in predictions}
    return answer, min(prediction.score for prediction in predictions)


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
    item = Item.objects.select_for_update(no_key=True).get(pk=item_id[0])
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
