"""What was skipped, by whom and why: of an item, and of a worker."""

from typing import Any

from django.db import connection
from django.db.models import QuerySet, Sum

from annotate.models import Event, EventKind, Item, SkipCount, Worker

MOST_OF_ITEM = 100
# Judged or skipped: then the item is not handed to this worker again.
_LEFT = """
SELECT EXISTS (
    SELECT FROM annotate_worker w
     WHERE w.project_id = %s AND w.role = 'crowd' AND w.is_active
       AND coalesce((SELECT p.needs::text[] <@ ARRAY(
                            SELECT q.name::text FROM annotate_qualification q
                             WHERE q.worker_id = w.id)
                       FROM annotate_pool p WHERE p.id = %s), true)
       AND NOT EXISTS (SELECT FROM annotate_assignment a
                        WHERE a.item_id = %s AND a.worker_id = w.id
                          AND a.state IN ('answered', 'skipped')))
"""


def skips_of_item(item: Item) -> list[dict[str, Any]]:
    """Who skipped an item, in order; a worker skips it once."""
    rows = Event.objects.filter(item=item, kind=EventKind.ITEM_SKIPPED)
    return [
        {
            "worker": row.worker.pseudonym if row.worker else None,
            "reason": row.payload["reason"],
            "comment": row.payload["comment"],
            "at": row.at,
        }
        for row in rows.select_related("worker").order_by("pk")[:MOST_OF_ITEM]
    ]


def somebody_is_left(item: Item) -> bool:
    """Whether anybody of the crowd could still be given the item, or holds it."""
    with connection.cursor() as cursor:
        cursor.execute(_LEFT, [item.project_id, item.pool_id, item.pk])
        return bool(cursor.fetchone()[0])


def skipped_count(worker: Worker) -> int:
    total = SkipCount.objects.filter(worker=worker).aggregate(total=Sum("skipped"))["total"]
    return int(total or 0)


def skip_counts(worker: Worker) -> list[dict[str, Any]]:
    """How often a worker skipped for each reason, the most frequent first."""
    rows = SkipCount.objects.filter(worker=worker).order_by("-skipped", "reason")
    return [{"reason": row.reason, "skipped": row.skipped} for row in rows]


def skips_of_worker(worker: Worker) -> QuerySet[Event]:
    rows = Event.objects.filter(worker=worker, kind=EventKind.ITEM_SKIPPED)
    return rows.select_related("item")
