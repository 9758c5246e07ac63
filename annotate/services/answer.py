"""Steps 4, 5 and 3 at once: an answer, what follows from it, and the next item.

Nearly every answer is the first of a live lease, on an item that nobody else is just answering.
What it leads to is foreseen from what was read along with the caller's token, and stored in one
statement if the item, once locked, is still as it was read. If it is not, or if the case is
another, the answer goes the way of `submit`, and the claim that of `assign`.
"""

from contextlib import nullcontext
from typing import Any

import orjson
from django.db import IntegrityError, connection, transaction

from annotate.announce import announce
from annotate.documents import in_force
from annotate.models import AssignmentState, ItemStage, ProjectStage
from annotate.prepared import Prepared, flag, json, moment, uuid
from annotate.queries.deciding import CountedVote
from annotate.queries.foresee import OWN, Foreseen, foresee
from annotate.queries.own_assignment import OwnAssignment
from annotate.services.assign import Lease, claim_next, lease_of
from annotate.services.show import shows_anything
from annotate.services.submit import (
    Submission,
    Taken,
    checked_answer,
    counted,
    said,
    submit_judgment,
)

_UNDECIDED = frozenset({ItemStage.NEW, ItemStage.OPEN})
_ANSWER = Prepared(
    "answer_item",
    "SELECT * FROM answer_item($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,"
    " $16, $17, $18, $19, $20)",
    (int, int, uuid, int, int, moment, json, int, flag),
)


def answer_item(
    *, assignment: OwnAssignment, submission: Submission, want: int
) -> tuple[Taken, Lease | None]:
    """Take a judgment as `submit_judgment` does; and the last of `want` leases that are kept
    ready, as `claim_next` gives it.

    Raises what `submit_judgment` raises.
    """
    want = min(want, in_force(assignment.project).policy.most_at_once)
    rows = _answer_at_once(assignment, submission, want)
    if rows:
        judgment, ordinal = rows[0][:2]
        taken = Taken(judgment=judgment, is_surplus=False, judged_by_worker=ordinal)
        announce(assignment.project.pk, "board", "items")
    else:
        taken = submit_judgment(assignment=assignment, submission=submission)
    if want == 0:
        return taken, None
    if len(rows) > want:
        rules = in_force(assignment.project)
        return taken, lease_of(assignment.worker, assignment.project, rules, rows[-1][2:])
    # Items that somebody holds just now were passed over: asked again, they may be free.
    return taken, claim_next(worker=assignment.worker, project=assignment.project, held=want)


def _answer_at_once(
    assignment: OwnAssignment, submission: Submission, want: int
) -> list[tuple[Any, ...]]:
    """The rows of `answer_item`; none where nothing was stored."""
    answer = checked_answer(assignment, submission.answer)
    foreseen = _foresee(assignment, submission, answer)
    if foreseen is None:
        return []
    rules, seen = in_force(assignment.project), assignment.seen
    try:
        # It is a transaction by itself. Within one of the caller's, a refusal must not spoil it.
        with transaction.atomic() if connection.in_atomic_block else nullcontext():
            return _ANSWER.all(
                assignment.pk,
                assignment.item_id,
                assignment.worker.pk,
                assignment.project.pk,
                *said(submission, answer),
                seen.overlap,
                seen.judged,
                seen.final_label,
                seen.judgments[-1]["id"] if seen.judgments else 0,
                foreseen.then,
                _json(foreseen.answer),
                foreseen.confidence,
                _json(foreseen.reason),
                rules.guideline_id,
                rules.policy_id,
                f"{rules.policy.lease_seconds} seconds",
                want if _claims_at_once(assignment) else 0,
            )
    except IntegrityError:
        # The id was used for another item, or is just being used: the long way says which.
        return []


def _foresee(
    assignment: OwnAssignment, submission: Submission, answer: dict[str, Any]
) -> Foreseen | None:
    seen, worker = assignment.seen, assignment.worker.pk
    is_usual = (
        seen.state == AssignmentState.LEASED
        and seen.stage in _UNDECIDED
        and not assignment.is_planted
        and all(judgment["worker"] != worker for judgment in seen.judgments)
    )
    if not is_usual:
        return None
    own = CountedVote(
        judgment=OWN,
        worker=worker,
        answer=answer,
        is_unsure=submission.is_unsure,
        has_comment=submission.comment != "",
    )
    return foresee(
        item_id=assignment.item_id,
        data=assignment.data,
        overlap=seen.overlap,
        project=assignment.project,
        votes=[*counted(seen.judgments, but=None), own],
    )


def _claims_at_once(assignment: OwnAssignment) -> bool:
    """Whether the next item needs nothing but the queue."""
    rules = in_force(assignment.project)
    return (
        assignment.project.stage == ProjectStage.OPEN
        and not shows_anything(rules)
        and rules.policy.gold_rate == 0.0
    )


def _json(document: dict[str, Any] | None) -> str | None:
    return None if document is None else orjson.dumps(document).decode()
