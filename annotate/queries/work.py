"""What a worker sees of the own work."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from annotate.models import ItemStage, Judgment, Worker

MOST_COUNTED = 1000
RECENT = 10

# Counting stops at a thousand: nobody needs to know how many more, and a count of a million
# rows on the home screen would cost more than all the rest of it.
_READY = """
SELECT count(*) FROM (
    SELECT 1 FROM annotate_queueentry q
     WHERE q.project_id = %s AND q.tier = 'crowd'
       AND (SELECT a.state FROM annotate_assignment a
             WHERE a.item_id = q.item_id AND a.worker_id = %s) IS NULL
     LIMIT %s
) AS ready
"""


def ready_count(worker: Worker) -> int:
    """How many items the worker could judge now, 1000 at most."""
    with connection.cursor() as cursor:
        cursor.execute(_READY, [worker.project_id, worker.pk, MOST_COUNTED])
        return int(cursor.fetchone()[0])


@dataclass(frozen=True, kw_only=True)
class RecentAnswer:
    """One of the worker's own last answers; `is_open` says that it can still be corrected."""

    assignment: UUID
    submitted_at: datetime
    answer: dict[str, Any]
    guideline_version: int
    data: dict[str, Any]
    is_open: bool


def recent_answers(worker: Worker) -> list[RecentAnswer]:
    """The last ten, newest first, each item once with its latest answer."""
    rows = (
        Judgment.objects.filter(worker=worker, replaced_by__isnull=True)
        .select_related("item", "guideline")
        .order_by("-id")[:RECENT]
    )
    return [
        RecentAnswer(
            assignment=row.assignment_id,
            submitted_at=row.created_at,
            answer=row.answer,
            guideline_version=row.guideline.version,
            data=row.item.data,
            is_open=row.item.stage in {ItemStage.NEW, ItemStage.OPEN},
        )
        for row in rows
    ]
