"""Step 4, submit: take what a worker said, once, and decide what becomes of the item.

One transaction holds the judgment, the end of the lease, the counters, the trail and the
routing. It locks the item's row first; the next item is claimed after the commit, in a
transaction of its own, so that two workers can never wait for each other's item.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from annotate.announce import announce
from annotate.documents import schema_version
from annotate.models import (
    Assignment,
    AssignmentState,
    Event,
    EventKind,
    Item,
    ItemStage,
    Judgment,
    Project,
    Purpose,
    Worker,
)
from annotate.refusals import (
    AlreadyDecided,
    AssignmentClosed,
    InvalidAnswer,
    NotFound,
    SubmissionReused,
)
from annotate.services.settle import CountedVote, settle_or_route
from labeling.problems import Invalid

_UNDECIDED = frozenset({ItemStage.NEW, ItemStage.OPEN})


@dataclass(frozen=True, kw_only=True)
class Submission:
    """What a worker sends: `submission_id` is made by the client and names it for ever."""

    submission_id: UUID
    answer: Any
    comment: str = ""
    is_unsure: bool = False


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What became of a submission."""

    judgment: int
    is_surplus: bool
    judged_by_worker: int
    is_replay: bool = False


def find_assignment(*, user_id: int, assignment_id: UUID) -> Assignment:
    """The user's own assignment with its worker, project and item's data.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    found = (
        Assignment.objects.select_related("worker", "project", "item")
        .filter(
            pk=assignment_id,
            worker__user=user_id,
            worker__is_active=True,
            purpose=Purpose.JUDGE,
        )
        .first()
    )
    if found is None:
        message = (
            "There is no such assignment of yours. Claim an item and use the id of that "
            "assignment; nobody can answer on a lease of somebody else."
        )
        raise NotFound(message)
    return found


def submit_judgment(*, assignment: Assignment, submission: Submission) -> Taken:
    """Take a judgment, or a correction of one while its item is undecided.

    The same submission again gets the same reply and changes nothing. After the lease ended
    the judgment is counted if the item still has room, and kept as surplus otherwise.

    Raises:
        InvalidAnswer: the answer does not fit the schema version the item was leased with.
        SubmissionReused: the id names another answer.
        AlreadyDecided: a correction that comes after the decision.
        AssignmentClosed: the worker skipped this item.
    """
    answer = _checked_answer(assignment, submission.answer)
    with transaction.atomic():
        item = Item.objects.select_for_update().get(pk=assignment.item_id)
        judgments = list(Judgment.objects.filter(item=item).order_by("id"))
        if replay := _find_replay(judgments, assignment, submission, answer):
            return replay
        state = Assignment.objects.values_list("state", flat=True).get(pk=assignment.pk)
        if state == AssignmentState.SKIPPED:
            raise AssignmentClosed
        earlier = _latest_of(judgments, assignment.worker)
        if earlier is None:
            judgment = _take_first(item, assignment, submission, answer, state)
        else:
            judgment = _take_correction(item, assignment, submission, answer, earlier)
        if not judgment.is_surplus and item.stage in _UNDECIDED:
            settle_or_route(
                item=item,
                project=assignment.project,
                votes=_counted([*judgments, judgment]),
            )
    return Taken(
        judgment=judgment.pk,
        is_surplus=judgment.is_surplus,
        judged_by_worker=judgment.ordinal,
    )


def _checked_answer(assignment: Assignment, raw: Any) -> dict[str, Any]:
    schema = schema_version(assignment.guideline_id)
    try:
        answer = schema.parse_answer(raw, schema.facts_of(assignment.item.data))
    except Invalid as error:
        refusal = InvalidAnswer.of(error.problems)
        if assignment.guideline_id != assignment.project.guideline_id:
            refusal.extra["guideline_id"] = assignment.guideline_id
        raise refusal from error
    return schema.dump_answer(answer)


def _find_replay(
    judgments: list[Judgment],
    assignment: Assignment,
    submission: Submission,
    answer: dict[str, Any],
) -> Taken | None:
    for judgment in judgments:
        if judgment.worker_id != assignment.worker_id:
            continue
        if judgment.submission_id == submission.submission_id:
            if judgment.answer != answer:
                raise SubmissionReused
            return Taken(
                judgment=judgment.pk,
                is_surplus=judgment.is_surplus,
                judged_by_worker=judgment.ordinal,
                is_replay=True,
            )
    return None


def _latest_of(judgments: list[Judgment], worker: Worker) -> Judgment | None:
    own = [judgment for judgment in judgments if judgment.worker_id == worker.pk]
    return own[-1] if own else None


def _take_first(
    item: Item,
    assignment: Assignment,
    submission: Submission,
    answer: dict[str, Any],
    state: str,
) -> Judgment:
    is_surplus = _is_surplus(item, state)
    Assignment.objects.filter(pk=assignment.pk).update(state=AssignmentState.ANSWERED)
    worker = assignment.worker
    now = timezone.now()
    since = max(assignment.leased_at, worker.last_seen_at or assignment.leased_at)
    ordinal = worker.judged_count + 1
    Worker.objects.filter(pk=worker.pk).update(
        judged_count=F("judged_count") + 1, last_seen_at=Now()
    )
    if not is_surplus:
        item.judged += 1
        item.taken += state == AssignmentState.EXPIRED
        if item.stage == ItemStage.NEW:
            item.stage = ItemStage.OPEN
        item.save(update_fields=["judged", "taken", "stage"])
    return _store(
        assignment,
        submission,
        answer,
        is_surplus=is_surplus,
        seconds=max((now - since).total_seconds(), 0.0),
        ordinal=ordinal,
    )


def _is_surplus(item: Item, state: str) -> bool:
    """A live lease holds a slot until the item is settled; a late answer needs a free one."""
    if state == AssignmentState.LEASED:
        return item.stage not in {*_UNDECIDED, ItemStage.DISPUTED}
    return item.stage not in _UNDECIDED or item.taken >= item.overlap


def _take_correction(
    item: Item,
    assignment: Assignment,
    submission: Submission,
    answer: dict[str, Any],
    earlier: Judgment,
) -> Judgment:
    if item.stage not in _UNDECIDED:
        raise AlreadyDecided
    return _store(
        assignment,
        submission,
        answer,
        is_surplus=earlier.is_surplus,
        seconds=earlier.seconds,
        ordinal=earlier.ordinal,
        replaces=earlier,
    )


def _store(
    assignment: Assignment,
    submission: Submission,
    answer: dict[str, Any],
    **facts: Any,
) -> Judgment:
    judgment = Judgment.objects.create(
        project_id=assignment.project_id,
        item_id=assignment.item_id,
        worker_id=assignment.worker_id,
        assignment_id=assignment.pk,
        guideline_id=assignment.guideline_id,
        submission_id=submission.submission_id,
        answer=answer,
        comment=submission.comment,
        is_unsure=submission.is_unsure,
        saw_prediction=assignment.prediction_id is not None,
        **facts,
    )
    Event.objects.create(
        project_id=assignment.project_id,
        kind=EventKind.ITEM_JUDGED,
        item_id=assignment.item_id,
        worker_id=assignment.worker_id,
        payload={"judgment": judgment.pk},
    )
    announce(assignment.project_id, "board", "items")
    return judgment


def _counted(judgments: list[Judgment]) -> list[CountedVote]:
    replaced = {judgment.replaces_id for judgment in judgments}
    return [
        CountedVote(answer=judgment.answer, is_unsure=judgment.is_unsure)
        for judgment in judgments
        if judgment.pk not in replaced and not judgment.is_surplus
    ]


