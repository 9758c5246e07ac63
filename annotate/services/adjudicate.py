"""Step 6, adjudicate: an expert takes a dispute under a lease and decides it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now

from annotate.announce import announce
from annotate.documents import in_force
from annotate.models import (
    Assignment,
    AssignmentState,
    FinalLabel,
    Item,
    ItemStage,
    Project,
    Purpose,
    Tier,
    Worker,
)
from annotate.queue import dequeue
from annotate.refusals import (
    AlreadyDecided,
    HeldByAnother,
    InvalidAnswer,
    JudgedItYourself,
    NotFound,
    SubmissionReused,
)
from annotate.services.settle import LockedItem, Verdict, settle_by_expert
from labeling.problems import Invalid

# Experts discuss and look things up: a short crowd lease would throw them out.
SHORTEST_LEASE_SECONDS = 1800


def claim_dispute(*, expert: Worker, project: Project, item_id: int | None = None) -> int | None:
    """Lease the given dispute, or else the one already held, or else the next, to an expert.

    Answers the item's id, or None when nothing waits for this expert.

    Raises:
        NotFound, AlreadyDecided, HeldByAnother, JudgedItYourself: of the given dispute.
    """
    seconds = max(in_force(project).policy.lease_seconds, SHORTEST_LEASE_SECONDS)
    if item_id is not None:
        _lease_given(expert, project, item_id, timedelta(seconds=seconds))
        return item_id
    held = Assignment.objects.filter(
        worker=expert,
        purpose=Purpose.ADJUDICATE,
        state=AssignmentState.LEASED,
        expires_at__gt=Now(),
        item__stage=ItemStage.DISPUTED,
    ).order_by("leased_at")
    if assignment := held.first():
        return assignment.item_id
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT item_id FROM claim_next_item(%s, %s, %s, %s, %s)",
            [
                expert.pk,
                project.pk,
                Tier.EXPERT,
                in_force(project).guideline_id,
                f"{seconds} seconds",
            ],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    announce(project.pk, "disputes")
    return int(row[0])


@transaction.atomic
def _lease_given(expert: Worker, project: Project, item_id: int, lease: timedelta) -> None:
    item = _lock_dispute(project, item_id)
    mine = _refuse_if_mine_or_held(expert, item)
    dequeue(item.pk)
    if mine is not None:
        Assignment.objects.filter(pk=mine.pk).update(
            state=AssignmentState.LEASED, expires_at=Now() + lease
        )
    else:
        Assignment.objects.create(
            project=project,
            item=item,
            worker=expert,
            purpose=Purpose.ADJUDICATE,
            guideline_id=in_force(project).guideline_id,
            expires_at=Now() + lease,
        )
    announce(project.pk, "disputes")


def _lock_dispute(project: Project, item_id: int) -> Item:
    found = Item.objects.select_for_update(no_key=True).filter(pk=item_id, project=project)
    item = found.first()
    if item is None:
        raise NotFound
    if item.stage != ItemStage.DISPUTED:
        raise AlreadyDecided(final=item.final_label_id, stage=item.stage)
    return item


def _refuse_if_mine_or_held(expert: Worker, item: Item) -> Assignment | None:
    """The expert's own lease on the item, if any."""
    mine = Assignment.objects.filter(item=item, worker=expert).first()
    if mine is not None and mine.purpose == Purpose.JUDGE:
        raise JudgedItYourself
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


def adjudicate_item(
    *, expert: Worker, project: Project, item_id: int, answer: Any, verdict: dict[str, Any]
) -> FinalLabel:
    """Make an expert's decision the final label of a disputed item.

    `verdict` has `submission_id` (UUID), `adopted` (a voter, "model" or "") and `reason`.
    The same submission again gets the same final label.

    Raises:
        InvalidAnswer, NotFound, AlreadyDecided, HeldByAnother, JudgedItYourself,
        SubmissionReused.
    """
    checked = _checked_answer(project, item_id, answer)
    submission_id: UUID = verdict["submission_id"]
    try:
        with transaction.atomic():
            if earlier := _find_replay(expert, item_id, submission_id, checked):
                return earlier
            try:
                item = _lock_dispute(project, item_id)
            except AlreadyDecided:
                # A copy of this decision may have been taken while we waited for the lock.
                if earlier := _find_replay(expert, item_id, submission_id, checked):
                    return earlier
                raise
            _refuse_if_mine_or_held(expert, item)
            final_id = settle_by_expert(
                item=LockedItem.of(item),
                project=project,
                expert=expert,
                verdict=Verdict(
                    answer=checked,
                    adopted=verdict["adopted"],
                    rationale=verdict["reason"],
                    submission_id=submission_id,
                ),
            )
            _close_lease(expert, project, item)
            announce(project.pk, "board", "disputes", "items")
    except IntegrityError as error:
        # Twenty parallel copies of one decision: the database took one, the rest find it.
        if earlier := _find_replay(expert, item_id, submission_id, checked):
            return earlier
        raise AlreadyDecided from error
    return FinalLabel.objects.get(pk=final_id)


def _checked_answer(project: Project, item_id: int, raw: Any) -> dict[str, Any]:
    data = Item.objects.filter(pk=item_id, project=project).values_list("data", flat=True)
    content = data.first()
    if content is None:
        raise NotFound
    schema = in_force(project).schema
    try:
        return schema.dump_answer(schema.parse_answer(raw, schema.facts_of(content)))
    except Invalid as error:
        raise InvalidAnswer.of(error.problems) from error


def _find_replay(
    expert: Worker, item_id: int, submission_id: UUID, answer: dict[str, Any]
) -> FinalLabel | None:
    earlier = FinalLabel.objects.filter(decided_by=expert, submission_id=submission_id).first()
    if earlier is None:
        return None
    if earlier.item_id != item_id or earlier.answer != answer:
        raise SubmissionReused
    return earlier


def _close_lease(expert: Worker, project: Project, item: Item) -> None:
    """An expert may decide without having taken a lease; the trail still shows one."""
    closed = Assignment.objects.filter(item=item, worker=expert).update(
        state=AssignmentState.ANSWERED
    )
    if not closed:
        Assignment.objects.create(
            project=project,
            item=item,
            worker=expert,
            purpose=Purpose.ADJUDICATE,
            state=AssignmentState.ANSWERED,
            guideline_id=in_force(project).guideline_id,
            expires_at=Now(),
        )
    Worker.objects.filter(pk=expert.pk).update(last_seen_at=Now())
