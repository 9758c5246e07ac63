"""Write an order into the queue: what was chosen waits in front, in its order.

So many items are moved in a transaction that also moves the job's cursor: whenever the process is
killed, each has been moved once or not at all. Items that somebody holds at that moment stay where
they are; who is about to submit waits for one short transaction at most.
"""

from django.db import connection, transaction

from annotate.models import Job
from annotate.queries.pool import DEFAULT_BAND, FRONT_BANDS
from annotate.services.jobs import report

CHUNK_ITEMS = 500

_LOCK = """
SELECT i.id FROM annotate_chosenitem c JOIN annotate_item i ON i.id = c.item_id
 WHERE c.project_id = %(project)s AND c.job_id = %(job)s AND c.is_ahead
   AND c.place > %(after)s AND c.place <= %(up_to)s AND i.stage IN ('new', 'open')
 ORDER BY i.id FOR NO KEY UPDATE OF i SKIP LOCKED
"""
_BANDS = """
UPDATE annotate_item i SET band = %(first)s + (c.place - 1) * %(bands)s / %(total)s
  FROM annotate_chosenitem c
 WHERE i.id = ANY (%(items)s) AND c.item_id = i.id
   AND i.band <> %(first)s + (c.place - 1) * %(bands)s / %(total)s
"""
# One after another, so that the positions which the function draws are in the order of the places.
_IN_ORDER = """
SELECT enqueue_item(w.item_id, 'crowd')
  FROM (SELECT q.item_id FROM annotate_queueentry q
          JOIN annotate_chosenitem c ON c.item_id = q.item_id
         WHERE q.item_id = ANY (%(items)s) AND q.tier <> 'expert' ORDER BY c.place) AS w
"""
_BEHIND = """
SELECT c.item_id FROM annotate_chosenitem c
 WHERE c.project_id = %(project)s AND c.is_ahead AND c.job_id <> %(job)s
 ORDER BY c.job_id, c.place LIMIT %(most)s
"""
_LOCK_BEHIND = """
SELECT i.id FROM annotate_item i WHERE i.id = ANY (%(items)s) ORDER BY i.id FOR NO KEY UPDATE
"""
_REST = """
WITH back AS (
    UPDATE annotate_item SET band = %(rest)s
     WHERE id = ANY (%(items)s) AND stage IN ('new', 'open')
       AND band BETWEEN %(first)s AND %(last)s
    RETURNING id)
SELECT id FROM back ORDER BY id
"""
_TO_THE_END = """
SELECT enqueue_item(q.item_id, 'crowd') FROM annotate_queueentry q
 WHERE q.item_id = ANY (%(items)s) AND q.tier <> 'expert'
"""
_IS_BACK = "UPDATE annotate_chosenitem SET is_ahead = false WHERE item_id = ANY (%(items)s)"


def bring_forward(job: Job, total: int) -> None:
    """Put the items that the job chose into the front bands, from its cursor on.

    Raises:
        Cancelled: it was asked to stop; what is done stays done.
    """
    while job.cursor < total:
        up_to = min(job.cursor + CHUNK_ITEMS, total)
        place = {"project": job.project_id, "job": job.pk, "after": job.cursor, "up_to": up_to}
        bands = {"first": FRONT_BANDS[0], "bands": len(FRONT_BANDS), "total": total}
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_LOCK, place)
            items = [item for (item,) in cursor.fetchall()]
            cursor.execute(_BANDS, {**bands, "items": items})
            cursor.execute(_IN_ORDER, {"items": items})
            report(job, done=up_to, cursor=up_to)


def send_back(job: Job) -> int:
    """Put what an earlier job brought forward, and this one did not, behind again; answers how
    many are moved.

    Raises:
        Cancelled: as above.
    """
    moved = 0
    bands = {"rest": DEFAULT_BAND, "first": FRONT_BANDS[0], "last": FRONT_BANDS[-1]}
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                _BEHIND, {"project": job.project_id, "job": job.pk, "most": CHUNK_ITEMS}
            )
            items = [item for (item,) in cursor.fetchall()]
            if not items:
                return moved
            cursor.execute(_LOCK_BEHIND, {"items": items})
            cursor.execute(_REST, {**bands, "items": items})
            back = [item for (item,) in cursor.fetchall()]
            cursor.execute(_TO_THE_END, {"items": back})
            cursor.execute(_IS_BACK, {"items": items})
            moved += len(back)
            report(job, done=job.done)
