"""An item goes back to workers who judged it: once to each, with a note, and nobody's votes."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, OuterRef, Subquery

from annotate.documents import InForce
from annotate.models import (
    Assignment,
    AssignmentState,
    Event,
    EventKind,
    Judgment,
    LookState,
    Project,
    SecondLook,
    Worker,
)
from labeling.policy import RoutingPolicy
from labeling.rules import RuleAction

OPEN = (LookState.WAITING, LookState.LEASED)
_TAKE = "SELECT take_second_looks(%s, %s, %s, %s, %s)"


@dataclass(frozen=True, kw_only=True)
class OwnEarlier:
    """What a worker said before, of an item that is looked at again, and why it came back."""

    note: str
    answer: dict[str, Any]
    comment: str
    is_unsure: bool


def sends_back(policy: RoutingPolicy) -> bool:
    """Whether a rule of the policy can send items back: without one nothing here is looked up."""
    return any(rule.action is RuleAction.BACK_TO_WORKER for rule in policy.rules)


def waits_for_look(policy: RoutingPolicy, item_id: int) -> bool:
    """Whether a worker is to look at the item again, so that it cannot be decided yet."""
    # In this order: to put a query together that is not asked costs each submit a good part.
    return sends_back(policy) and SecondLook.objects.filter(item=item_id, state__in=OPEN).exists()


def send_back(*, item_id: int, project: Project, workers: tuple[int, ...], note: str) -> bool:
    """Ask these workers to look again; the item is locked. False: none of them can still come."""
    rows = Assignment.objects.filter(item=item_id, worker__in=workers)
    can_come = rows.filter(worker__is_active=True, worker__user__is_active=True)
    coming = set(can_come.values_list("pk", flat=True))
    SecondLook.objects.bulk_create(
        SecondLook(
            assignment=row,
            project=project,
            item_id=item_id,
            worker_id=row.worker_id,
            note=note,
            state=LookState.WAITING if row.pk in coming else LookState.LAPSED,
        )
        for row in rows
    )
    return bool(coming)


def take_looks(*, worker: Worker, rules: InForce, want: int) -> None:
    """Lease what waits for the worker to look at again, within `want` leases in all."""
    if not sends_back(rules.policy):
        return
    lease, rate = f"{rules.policy.lease_seconds} seconds", rules.policy.gold_rate
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [worker.pk, rules.guideline_id, lease, want, rate])


def earlier_answers(policy: RoutingPolicy, assignments: list[UUID]) -> dict[UUID, OwnEarlier]:
    """Of those assignments that are second looks: the note, and the worker's own last answer."""
    if not sends_back(policy):
        return {}
    latest = Judgment.objects.filter(assignment=OuterRef("assignment")).order_by("-pk")
    looks = SecondLook.objects.filter(assignment__in=assignments, state=LookState.LEASED).annotate(
        latest=Subquery(latest.values("pk")[:1])
    )
    said = Judgment.objects.in_bulk([look.latest for look in looks])
    return {
        look.assignment_id: OwnEarlier(
            note=look.note,
            answer=said[look.latest].answer,
            comment=said[look.latest].comment,
            is_unsure=said[look.latest].is_unsure,
        )
        for look in looks
    }


def close_look(assignment_id: UUID, state: LookState) -> bool:
    """End a look whose item is locked; false when it is closed already.

    The assignment is answered again, as it was. The trail tells of those that changed nothing:
    an answer has its own event.
    """
    closed = SecondLook.objects.filter(assignment=assignment_id, state__in=OPEN)
    if not closed.update(state=state):
        return False
    Assignment.objects.filter(pk=assignment_id).update(state=AssignmentState.ANSWERED)
    look = SecondLook.objects.get(pk=assignment_id)
    if state is LookState.ANSWERED:
        Worker.objects.filter(pk=look.worker_id).update(again_count=F("again_count") + 1)
    else:
        Event.objects.create(
            project_id=look.project_id,
            kind=EventKind.LOOK_CLOSED,
            item_id=look.item_id,
            worker_id=look.worker_id,
            payload={"state": state.value},
        )
    return True
