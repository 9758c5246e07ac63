"""Step 6, before the decision: give each dispute to the expert who is needed there most."""

from datetime import timedelta

import orjson
from django.db import connection, transaction
from django.db.models.functions import Now

from annotate.announce import announce
from annotate.documents import in_force
from annotate.models import (
    Assignment,
    AssignmentState,
    Dispute,
    Item,
    ItemStage,
    Project,
    Purpose,
    Role,
    Worker,
)
from annotate.queries.experts import advantages_of, count_held
from annotate.queue import dequeue
from annotate.refusals import (
    AlreadyDecided,
    HeldByAnother,
    JudgedItYourself,
    NotFound,
    ReadAlready,
    TooManyHeld,
    WaitsForLead,
)

# Experts discuss and look things up: a short crowd lease would throw them out.
SHORTEST_LEASE_SECONDS = 1800
WINDOW = 64
"""So many of the oldest disputes of a band are compared."""


def claim_dispute(*, expert: Worker, project: Project, item_id: int | None = None) -> int | None:
    """Lease the given dispute, or else the one already held, or else the next, to an expert.

    The next is the one where this expert is better than the others by most, then the oldest;
    what waits for too long goes first. Answers its id, or None when nothing waits for this expert.

    Raises:
        NotFound, AlreadyDecided, HeldByAnother, JudgedItYourself, ReadAlready, WaitsForLead,
        TooManyHeld: of the given dispute.
    """
    if item_id is not None:
        with transaction.atomic():
            hold_dispute(expert, project, item_id)
        return item_id
    rules = in_force(project)
    better = advantages_of(expert, project)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT claimed, is_new FROM claim_dispute(%s, %s, %s, %s, %s, %s, %s, %s)",
            [
                expert.pk,
                project.pk,
                rules.guideline_id,
                f"{_lease_seconds(project)} seconds",
                expert.role == Role.LEAD,
                orjson.dumps(better).decode(),
                f"{rules.policy.experts.overdue_hours} hours",
                WINDOW,
            ],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    if row[1]:
        announce(project.pk, "disputes")
    return int(row[0])


def _lease_seconds(project: Project) -> int:
    return max(in_force(project).policy.lease_seconds, SHORTEST_LEASE_SECONDS)


def hold_dispute(expert: Worker, project: Project, item_id: int) -> Item:
    """Lock a dispute and make it the expert's. Call it within a transaction.

    Raises:
        NotFound, AlreadyDecided, HeldByAnother, JudgedItYourself, ReadAlready, WaitsForLead,
        TooManyHeld.
    """
    # Before the item, as claims do: two tabs cannot both take the last dispute one may hold.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('leases', %s))", [expert.pk])
    item = lock_dispute(project, item_id)
    mine = refuse_unless_free(expert, item)
    ends = Now() + timedelta(seconds=_lease_seconds(project))
    if mine is not None and mine.state == AssignmentState.LEASED:
        Assignment.objects.filter(pk=mine.pk).update(expires_at=ends)
        return item
    most, held = in_force(project).policy.experts.most_at_once, count_held(expert)
    if held >= most:
        raise TooManyHeld(held=held, most=most)
    dequeue(item.pk)
    Assignment.objects.update_or_create(
        item=item,
        worker=expert,
        defaults={"state": AssignmentState.LEASED, "leased_at": Now(), "expires_at": ends},
        create_defaults={
            "project": project,
            "purpose": Purpose.ADJUDICATE,
            "guideline_id": in_force(project).guideline_id,
            "expires_at": ends,
        },
    )
    announce(project.pk, "disputes")
    return item


def lock_dispute(project: Project, item_id: int) -> Item:
    """The item, locked. Raises NotFound, AlreadyDecided."""
    found = Item.objects.select_for_update(no_key=True).filter(pk=item_id, project=project)
    item = found.first()
    if item is None:
        raise NotFound
    if item.stage != ItemStage.DISPUTED:
        raise AlreadyDecided(final=item.final_label_id, stage=item.stage)
    return item


def dispute_of(item: Item) -> Dispute:
    """What is known of a dispute; one that an older release opened is known from now on."""
    found = Dispute.objects.filter(item=item).first()
    if found is not None:
        return found
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('queue_position')")
        (position,) = cursor.fetchone()
    return Dispute.objects.create(item=item, project_id=item.project_id, position=position)


def refuse_unless_free(expert: Worker, item: Item) -> Assignment | None:
    """The expert's own assignment on the locked item, if any.

    Raises:
        JudgedItYourself, ReadAlready, WaitsForLead, HeldByAnother.
    """
    mine = Assignment.objects.filter(item=item, worker=expert).first()
    if mine is not None and mine.purpose != Purpose.ADJUDICATE:
        raise JudgedItYourself
    if mine is not None and mine.state == AssignmentState.ANSWERED:
        raise ReadAlready
    if expert.role != Role.LEAD and Dispute.objects.filter(item=item, is_for_leads=True).exists():
        raise WaitsForLead
    held = Assignment.objects.filter(
        item=item,
        purpose=Purpose.ADJUDICATE,
        state=AssignmentState.LEASED,
        expires_at__gt=Now(),
    ).exclude(worker=expert)
    if held.exists():
        raise HeldByAnother
    # A lease of another expert that ran out and was not reaped yet makes room at once.
    Assignment.objects.filter(
        item=item, purpose=Purpose.ADJUDICATE, state=AssignmentState.LEASED
    ).exclude(worker=expert).update(state=AssignmentState.EXPIRED)
    return mine


def close_lease(expert: Worker, project: Project, item: Item) -> None:
    """An expert may read without having taken a lease; the trail still shows one."""
    Assignment.objects.update_or_create(
        item=item,
        worker=expert,
        defaults={"state": AssignmentState.ANSWERED},
        create_defaults={
            "project": project,
            "purpose": Purpose.ADJUDICATE,
            "state": AssignmentState.ANSWERED,
            "guideline_id": in_force(project).guideline_id,
            "expires_at": Now(),
        },
    )
    Worker.objects.filter(pk=expert.pk).update(last_seen_at=Now())


def offer_again(item: Item) -> None:
    """Put a locked dispute back where its age says, for the next expert or a lead."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT enqueue_dispute(%s)", [item.pk])
    announce(item.project_id, "disputes")
