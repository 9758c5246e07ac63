"""Step 4, submit: take what a worker said, once, and decide what becomes of the item.

One transaction holds the judgment, the end of the lease, the counters, the trail and the
routing. It locks the item's row first; the next item is claimed after the commit, in a
transaction of its own, so that two workers can never wait for each other's item.
"""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import orjson
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from annotate.abuse_refusals import TooManyCorrections
from annotate.announce import announce
from annotate.documents import schema_version
from annotate.models import AssignmentState, ItemStage, Judgment, LookState
from annotate.prepared import Prepared, json, text
from annotate.queries.deciding import CountedVote
from annotate.queries.own_assignment import OwnAssignment
from annotate.refusals import (
    AlreadyDecided,
    AssignmentClosed,
    InvalidAnswer,
    SubmissionReused,
)
from annotate.services.second_look import close_look
from annotate.services.settle import LockedItem, settle_or_route
from labeling.problems import Invalid

_UNDECIDED = frozenset({ItemStage.NEW, ItemStage.OPEN})
_WAITING = frozenset({*_UNDECIDED, ItemStage.HELD})
"""What is held is not decided either: answers count, and nothing follows from them yet."""
MOST_ANSWERS = 50
"""Of one worker to one item, each of which is kept."""

_TAKE = Prepared(
    "take_judgment",
    "SELECT * FROM take_judgment($1, $2, $3, $4, $5, $6)",
    (text, int, int, int, int, text, json, int, int),
)
_STORE = Prepared(
    "store_judgment",
    "SELECT * FROM store_judgment($1, $2, $3, $4, $5, $6, $7, $8)",
    (int, int),
)


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


def submit_judgment(*, assignment: OwnAssignment, submission: Submission) -> Taken:
    """Take a judgment, or a correction of one while its item is undecided.

    The same submission again gets the same reply and changes nothing. After the lease ended
    the judgment is counted if the item still has room, and kept as surplus otherwise.

    Raises:
        InvalidAnswer: the answer does not fit the schema version the item was leased with.
        SubmissionReused: the id names another answer, of this item or another.
        AlreadyDecided: a correction that comes after the decision.
        TooManyCorrections: all earlier ones are kept, and this would go on for ever.
        AssignmentClosed: the worker skipped this item.
    """
    answer = checked_answer(assignment, submission.answer)
    try:
        return _take(assignment, submission, answer)
    except IntegrityError as error:
        # The lock is the item's, so a use of the id on another item is seen by the database only.
        used = Judgment.objects.filter(
            worker=assignment.worker.pk, submission_id=submission.submission_id
        )
        if used.exists():
            raise SubmissionReused from error
        raise


def _take(assignment: OwnAssignment, submission: Submission, answer: dict[str, Any]) -> Taken:
    with transaction.atomic():
        item, state, judgments, stored = _lock(assignment, submission, answer)
        own = [judgment for judgment in judgments if judgment["worker"] == assignment.worker.pk]
        if replay := _find_replay(own, submission, answer):
            return _as_told(assignment, replay)
        if state == AssignmentState.SKIPPED:
            raise AssignmentClosed
        earlier = own[-1] if own else None
        if earlier is not None and not _can_be_corrected(assignment, item):
            raise AlreadyDecided
        if len(own) >= MOST_ANSWERS:
            raise TooManyCorrections(most=MOST_ANSWERS)
        is_surplus = earlier["is_surplus"] if earlier else _is_surplus(assignment, item, state)
        takes_slot = state == AssignmentState.EXPIRED and not is_surplus
        place = is_surplus, takes_slot, earlier
        taken = stored or _store(assignment, submission, answer, place)
        if earlier is not None and state == AssignmentState.LEASED:
            close_look(assignment.pk, LookState.ANSWERED)
        if not is_surplus and item.stage in _UNDECIDED:
            # As `store_judgment` has just made it.
            item.judged += earlier is None
            item.stage = ItemStage.OPEN
            own_vote = CountedVote(
                judgment=taken.judgment,
                worker=assignment.worker.pk,
                answer=answer,
                is_unsure=submission.is_unsure,
                has_comment=submission.comment != "",
            )
            votes = [*counted(judgments, but=earlier), own_vote]
            settle_or_route(item=item, project=assignment.project, votes=votes)
        announce(assignment.project.pk, "board", "items")
    return _as_told(assignment, taken)


def _as_told(assignment: OwnAssignment, taken: Taken) -> Taken:
    """Planted gold is no vote, but who answers it must not be able to tell."""
    return replace(taken, is_surplus=False) if assignment.is_planted else taken


def _can_be_corrected(assignment: OwnAssignment, item: LockedItem) -> bool:
    if assignment.stays_open is None:
        return item.stage in _WAITING
    since = Judgment.objects.filter(assignment=assignment.pk, replaces__isnull=True)
    return since.filter(created_at__gt=Now() - assignment.stays_open).exists()


def checked_answer(assignment: OwnAssignment, raw: Any) -> dict[str, Any]:
    """The answer in the one way it is stored.

    Raises InvalidAnswer where it does not fit the schema version the item was leased with.
    """
    schema = schema_version(assignment.guideline_id)
    try:
        answer = schema.parse_answer(raw, schema.facts_of(assignment.data))
    except Invalid as error:
        raise InvalidAnswer.of(error.problems) from error
    return schema.dump_answer(answer)


def _lock(
    assignment: OwnAssignment, submission: Submission, answer: dict[str, Any]
) -> tuple[LockedItem, str, list[dict[str, Any]], Taken | None]:
    """The item under its lock, the assignment's state, and what was said of the item before.

    A first answer on a live lease, while the item is undecided, is stored in the same round trip
    and comes last; in every other case the caller decides.
    """
    row = _TAKE.one(assignment.pk, assignment.item_id, *said(submission, answer))
    stage, overlap, taken, judged, final_label, state, judgments, judgment, ordinal = row
    item = LockedItem(
        pk=assignment.item_id,
        data=assignment.data,
        stage=stage,
        overlap=overlap,
        taken=taken,
        judged=judged,
        final_label=final_label,
    )
    stored = None
    if judgment is not None:
        stored = Taken(judgment=judgment, is_surplus=False, judged_by_worker=ordinal)
    return item, state, judgments, stored


def said(submission: Submission, answer: dict[str, Any]) -> tuple[object, ...]:
    """What a submission says, as the functions of the database take it."""
    return (
        submission.submission_id,
        orjson.dumps(answer).decode(),
        submission.comment,
        submission.is_unsure,
    )


def _find_replay(
    own: list[dict[str, Any]], submission: Submission, answer: dict[str, Any]
) -> Taken | None:
    for judgment in own:
        if judgment["submission"] == str(submission.submission_id):
            if judgment["answer"] != answer:
                raise SubmissionReused
            return Taken(
                judgment=judgment["id"],
                is_surplus=judgment["is_surplus"],
                judged_by_worker=judgment["ordinal"],
            )
    return None


def _is_surplus(assignment: OwnAssignment, item: LockedItem, state: str) -> bool:
    """A live lease holds a slot until the item is settled; a late answer needs a free one."""
    if assignment.is_planted:
        return True
    if state == AssignmentState.LEASED:
        return item.stage not in {*_WAITING, ItemStage.DISPUTED}
    return item.stage not in _WAITING or item.taken >= item.overlap


def _store(
    assignment: OwnAssignment,
    submission: Submission,
    answer: dict[str, Any],
    place: tuple[bool, bool, dict[str, Any] | None],
) -> Taken:
    is_surplus, takes_slot, earlier = place
    replaces = earlier["id"] if earlier else None
    values = said(submission, answer)
    judgment, ordinal = _STORE.one(assignment.pk, *values, is_surplus, takes_slot, replaces)
    return Taken(judgment=judgment, is_surplus=is_surplus, judged_by_worker=ordinal)


def counted(judgments: list[dict[str, Any]], *, but: dict[str, Any] | None) -> list[CountedVote]:
    """The votes that count, without the one that is being corrected."""
    gone = {judgment["replaces"] for judgment in judgments} | {but["id"] if but else None}
    return [
        CountedVote(
            judgment=judgment["id"],
            worker=judgment["worker"],
            answer=judgment["answer"],
            is_unsure=judgment["is_unsure"],
            has_comment=judgment["has_comment"],
        )
        for judgment in judgments
        if judgment["id"] not in gone and not judgment["is_surplus"]
    ]
