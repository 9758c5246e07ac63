"""Drafts: what a worker has begun to say of an item in hand, for the next browser to see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import orjson
from django.db import connection
from django.db.models.functions import Now

from annotate.models import AssignmentState, Draft
from annotate.prepared import Prepared, flag, json, moment, text, texts, uuid
from annotate.queries.own_assignment import OwnAssignment
from annotate.refusals import InvalidInput
from labeling.problems import Problem

MOST_BYTES: Final = 256 * 1024
"""Of a draft's answer as JSON: four thousand spans. The browser keeps a larger one."""
KEEP: Final = timedelta(days=30)
_OPEN: Final = frozenset({AssignmentState.LEASED, AssignmentState.EXPIRED})
# What another browser has changed later stays, whichever of the two comes last.
_KEEP = """
    INSERT INTO annotate_draft AS d (assignment_id, answer, comment, is_unsure, changed_at)
    VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (assignment_id) DO UPDATE
       SET answer = excluded.answer, comment = excluded.comment,
           is_unsure = excluded.is_unsure, changed_at = excluded.changed_at,
           saved_at = clock_timestamp()
     WHERE d.changed_at < excluded.changed_at
"""
# Asked at each claim of who holds something already, as every browser at work does.
_FIND = Prepared(
    "find_drafts",
    """
    SELECT d.assignment_id, d.answer, d.comment, d.is_unsure, d.changed_at
      FROM annotate_draft d JOIN annotate_assignment a ON a.id = d.assignment_id
     WHERE d.assignment_id = ANY ($1::uuid[]) AND d.saved_at >= a.leased_at
    """,
    (uuid, json, text, flag, moment),
)


@dataclass(frozen=True, kw_only=True)
class Begun:
    """An answer as it stands on a screen; `changed_at` is by the clock of the browser."""

    answer: dict[str, Any]
    comment: str
    is_unsure: bool
    changed_at: datetime


def keep_draft(*, assignment: OwnAssignment, begun: Begun) -> bool:
    """Keep a draft. No schema checks it: it is unfinished.

    False: a later one is there, or the item is answered or skipped; it comes too late.

    Raises:
        InvalidInput: the answer is no object, or too large.
    """
    if assignment.seen.state not in _OPEN:
        return False
    values = assignment.pk, _written(begun.answer), begun.comment, begun.is_unsure
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [*values, begun.changed_at])
        return bool(cursor.rowcount == 1)


def _written(answer: Any) -> str:
    if not isinstance(answer, dict):
        raise _refusal("wrong_type", "A draft is an object of questions, as an answer is.")
    written = orjson.dumps(answer)
    if len(written) > MOST_BYTES:
        raise _refusal("too_large", f"A draft holds {MOST_BYTES // 1024} kB at most.")
    return written.decode()


def _refusal(code: str, message: str) -> InvalidInput:
    return InvalidInput.of([Problem(path="/answer", code=code, message=message)])


def drafts_of(assignments: Sequence[UUID]) -> dict[UUID, Begun]:
    """The drafts of these leases; not those of an earlier lease of the same item."""
    if not assignments:
        return {}
    return {
        key: Begun(answer=answer, comment=comment, is_unsure=is_unsure, changed_at=changed_at)
        for key, answer, comment, is_unsure, changed_at in _FIND.all(texts(map(str, assignments)))
    }


def forget_old_drafts() -> int:
    """Delete those of answered and skipped items, and what nobody went on with; says how many."""
    done = Draft.objects.exclude(assignment__state__in=_OPEN)
    old = Draft.objects.filter(saved_at__lt=Now() - KEEP)
    return done.delete()[0] + old.delete()[0]
