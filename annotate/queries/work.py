"""What a worker sees of the own work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import DurationField, ExpressionWrapper, F, Func, IntegerField
from django.db.models.functions import Now

from annotate.models import (
    Assignment,
    AssignmentState,
    Item,
    ItemStage,
    Judgment,
    Purpose,
    Worker,
)

MOST_COUNTED = 1000
MOST_SEEN = 2000
COARSE = 10
RECENT = 10
RECENT_SEEN = 100
"""Among so many the last ten are looked for, for some of them were replaced."""
# Ten texts of five megabytes would make the first screen wait for a minute.
LARGEST_SHOWN_BYTES = 64 * 1024

# Counting stops at a thousand: nobody needs to know how many more, and a count of a million
# rows on the home screen would cost more than all the rest of it. Neither does it walk over more
# than so many entries that are this worker's own already: it begins where the worker has come to
# in each band, and where it gives up, it says that one may be ready, for a claim finds out.
# LIMIT 1 has each entry looked up by itself; as a set, all that this worker ever had is read.
_READY = """
SELECT w.project_id,
       least((SELECT CASE WHEN count(*) < %(seen)s THEN count(*) FILTER (WHERE s.is_ready)
                          ELSE greatest(count(*) FILTER (WHERE s.is_ready), 1) END
                FROM (SELECT (SELECT 1 FROM annotate_assignment a
                               WHERE a.item_id = e.item_id AND a.worker_id = w.id LIMIT 1)
                             IS NULL AS is_ready
                        FROM unnest(w.pools) AS t (pool)
                       CROSS JOIN generate_series(0, 15) AS b (band)
                        LEFT JOIN annotate_queuecursor k
                          ON k.worker_id = w.id AND k.tier = t.pool AND k.band = b.band
                       CROSS JOIN LATERAL (
                             SELECT q.item_id FROM annotate_queueentry q
                              WHERE q.project_id = w.project_id AND q.tier = t.pool
                                AND q.band = b.band AND q.position > coalesce(k.position, -1)
                              ORDER BY q.position LIMIT %(seen)s) AS e
                       LIMIT %(seen)s) AS s)
             + (SELECT count(*) FROM (
                       SELECT FROM annotate_secondlook l
                        WHERE l.worker_id = w.id AND l.state = 'waiting' LIMIT %(most)s) AS few),
             %(most)s)
  FROM (SELECT m.id, m.project_id, pools_of(m.id, m.project_id) AS pools
          FROM annotate_worker m WHERE m.id = ANY (%(workers)s) OFFSET 0) AS w
"""


def ready_counts(workers: Sequence[int]) -> dict[int, int]:
    """How many items each of these workers could judge now, 1000 at most; by the project."""
    if not workers:
        return {}
    values: dict[str, Any] = {"workers": list(workers), "most": MOST_COUNTED, "seen": MOST_SEEN}
    with connection.cursor() as cursor:
        cursor.execute(_READY, values)
        return dict(cursor.fetchall())


def ready_count(worker: Worker) -> int:
    """The same, of one worker."""
    return ready_counts([worker.pk])[worker.project_id]


def held_count(worker: Worker) -> int:
    """How many leases the worker holds, planted gold left out: it never stood in the queue, so
    the sum with `ready_count` would tell after a claim whether it gave any."""
    leases = Assignment.objects.filter(worker=worker, state=AssignmentState.LEASED)
    return leases.filter(purpose=Purpose.JUDGE).count()


def shown_count(ready: int, gold_rate: float) -> int:
    """What a worker is told of it. Planted gold is not in the queue: where each new item made an
    exact count fall by one, an item that did not would be known for gold. So it is rounded up."""
    if gold_rate == 0:
        return ready
    return -(-ready // COARSE) * COARSE


@dataclass(frozen=True, kw_only=True)
class RecentAnswer:
    """One of the worker's own last answers; `is_open` says that it can still be corrected."""

    assignment: UUID
    submitted_at: datetime
    answer: dict[str, Any]
    comment: str
    is_unsure: bool
    guideline_version: int
    data: dict[str, Any] | None
    """None where the item is too large to be shown along."""
    is_open: bool


def recent_answers(worker: Worker) -> list[RecentAnswer]:
    """The last ten, newest first, each item once with its latest answer."""
    # By themselves, or PostgreSQL reads all that the worker ever said.
    latest = Judgment.objects.filter(worker=worker).order_by("-id").values_list("pk", flat=True)
    rows = list(
        Judgment.objects.filter(pk__in=list(latest[:RECENT_SEEN]), replaced_by__isnull=True)
        .annotate(
            stage=F("item__stage"),
            version=F("guideline__version"),
            stays_open=F("assignment__planting__stays_open"),
            age=ExpressionWrapper(Now() - F("created_at"), output_field=DurationField()),
        )
        .order_by("-id")[:RECENT]
    )
    size = Func(F("data"), function="pg_column_size", output_field=IntegerField())
    contents = dict(
        Item.objects.filter(pk__in=[row.item_id for row in rows])
        .annotate(size=size)
        .filter(size__lt=LARGEST_SHOWN_BYTES)
        .values_list("pk", "data")
    )
    return [
        RecentAnswer(
            assignment=row.assignment_id,
            submitted_at=row.created_at,
            answer=row.answer,
            comment=row.comment,
            is_unsure=row.is_unsure,
            guideline_version=row.version,
            data=contents.get(row.item_id),
            # Planted gold closes as a vote on its item did, though the item was decided before.
            is_open=row.stage in {ItemStage.NEW, ItemStage.OPEN, ItemStage.HELD}
            if row.stays_open is None
            else row.age < row.stays_open,
        )
        for row in rows
    ]
