"""A worker objects to how an own judgment was counted; somebody else decides."""

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from annotate.announce import announce
from annotate.models import (
    Appeal,
    AppealState,
    AppealSubject,
    Event,
    EventKind,
    GoldLabel,
    GoldState,
    Project,
    User,
    Worker,
)
from annotate.queries.appeals import own_cases
from annotate.queries.record import appealable
from annotate.refusals import AppealDecided, AppealExists, NotFound, OwnCase, TooManyAppeals
from annotate.services.refresh import refresh_soon

MOST_OPEN = 5
"""Appeals of one worker that wait for a decision: each costs an expert's time."""
NOTHING_TO_APPEAL = (
    "Your record shows no such judgment. Appeal against an answer that is listed in a finished "
    "batch, or among the rulings."
)


@transaction.atomic
def make_appeal(
    *, worker: Worker, project: Project, subject: AppealSubject, assignment_id: UUID, reason: str
) -> Appeal:
    """Object to a gold score of a finished batch, or to an expert's ruling.

    Raises:
        NotFound: the worker's record shows no such judgment. The same for what is no gold at
            all: asking must not tell.
        AppealExists: it was appealed before.
        TooManyAppeals: MOST_OPEN of this worker's wait already.
    """
    judgment = appealable(worker, project).get((subject.value, assignment_id))
    if judgment is None:
        raise NotFound(NOTHING_TO_APPEAL)
    Worker.objects.select_for_update(no_key=True).get(pk=worker.pk)
    if Appeal.objects.filter(judgment=judgment).exists():
        raise AppealExists
    if Appeal.objects.filter(worker=worker, state=AppealState.OPEN).count() >= MOST_OPEN:
        raise TooManyAppeals(most=MOST_OPEN)
    appeal = Appeal.objects.create(
        project=project, worker=worker, judgment_id=judgment, subject=subject, reason=reason
    )
    Event.objects.create(
        project=project,
        kind=EventKind.APPEAL_MADE,
        item_id=appeal.judgment.item_id,
        worker=worker,
        payload={"appeal": appeal.pk, "subject": subject, "judgment": judgment},
    )
    announce(project.pk, "disputes")
    return appeal


@transaction.atomic
def decide_appeal(
    *, project: Project, appeal_id: int, is_upheld: bool, reason: str, decided_by: User
) -> Appeal:
    """Decide an appeal. Upheld, the gold counts against nobody any more, or the ruling not
    against who appealed; the skill heals with the refresh that is asked for.

    Raises:
        NotFound, AppealDecided.
        OwnCase: who decides made the appeal, or ruled on the item.
    """
    found = Appeal.objects.select_for_update(of=("self",), no_key=True)
    cases = found.select_related("worker", "judgment").filter(project=project, pk=appeal_id)
    appeal = cases.first()
    if appeal is None:
        raise NotFound
    if appeal.state != AppealState.OPEN:
        raise AppealDecided(state=appeal.state)
    if own_cases([appeal], decided_by):
        raise OwnCase
    appeal.state = AppealState.UPHELD if is_upheld else AppealState.REJECTED
    appeal.decision = reason
    appeal.decided_by = decided_by
    Appeal.objects.filter(pk=appeal.pk).update(
        state=appeal.state, decision=reason, decided_by=decided_by, decided_at=Now()
    )
    if is_upheld and appeal.subject == AppealSubject.GOLD:
        GoldLabel.objects.filter(item=appeal.judgment.item_id).update(state=GoldState.REFUTED)
    Event.objects.create(
        project=project,
        kind=EventKind.APPEAL_DECIDED,
        item_id=appeal.judgment.item_id,
        user=decided_by,
        payload={"appeal": appeal.pk, "subject": appeal.subject, "state": appeal.state,
                 "reason": reason},
    )  # fmt: skip
    if is_upheld:
        refresh_soon(project)
    announce(project.pk, "disputes")
    appeal.refresh_from_db()
    return appeal
