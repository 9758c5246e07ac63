"""Near-duplicates whose first item is put to people wait for its label, but for drawn audits."""

from django.db import connection, transaction

from annotate.models import Job, Project, SimilarRules
from annotate.services.jobs import report

CHUNK_ITEMS = 500

_NEXT = """
SELECT m.item_id, m.group_id, g.first_id
  FROM annotate_itemgroup g JOIN annotate_groupitem m ON m.group_id = g.id AND m.state = 'found'
 WHERE g.project_id = %(project)s AND g.id >= %(group)s
 ORDER BY g.id, m.item_id LIMIT %(most)s
"""
# In the order of their ids, as everywhere; the first item's lock is that of its group.
_LOCK = "SELECT FROM annotate_item WHERE id = ANY (%(items)s) ORDER BY id FOR NO KEY UPDATE"
# What somebody has begun stays with people, and so does what measures somebody: known answers, and
# items of batches whose audits prove that a model may be believed. A first item that a model
# labelled, or that was withdrawn, has nothing to give.
_STATES = """
UPDATE annotate_groupitem m SET state = CASE
       WHEN i.stage <> 'new' OR i.taken > 0 OR g.state IN ('returning', 'returned')
            OR EXISTS (SELECT FROM annotate_goldlabel k WHERE k.item_id = i.id)
            OR EXISTS (SELECT FROM annotate_acceptanceitem a
                         JOIN annotate_acceptance b ON b.id = a.acceptance_id
                        WHERE a.item_id = i.id AND b.state <> 'cancelled')
            OR first.stage = 'withdrawn'
            OR f.source IN ('auto_accept', 'spread') THEN 'own'
       WHEN blind_draw(i.id, %(seed)s) < %(share)s THEN 'audit' ELSE 'waiting' END
  FROM annotate_item i, annotate_itemgroup g, annotate_item first
  LEFT JOIN annotate_finallabel f ON f.id = first.final_label_id
 WHERE m.item_id = ANY (%(items)s) AND m.state = 'found' AND i.id = m.item_id
   AND g.id = m.group_id AND first.id = g.first_id
RETURNING m.item_id, m.state
"""
_OUT = "DELETE FROM annotate_queueentry WHERE item_id = ANY (%(items)s)"
_OPEN = """
UPDATE annotate_itemgroup g
   SET state = CASE WHEN i.stage = 'settled' THEN 'spreading'
                    WHEN i.stage = 'withdrawn' THEN 'returned' ELSE 'open' END
  FROM annotate_item i,
       (SELECT id FROM annotate_itemgroup WHERE id = ANY (%(groups)s)
         ORDER BY id FOR NO KEY UPDATE) AS locked
 WHERE g.id = locked.id AND i.id = g.first_id AND g.state IN ('found', 'open', 'done')
"""


def hold_back(job: Job, rules: SimilarRules) -> int:
    """Take the members that were found since out of the queue; answers how many wait.

    So many are done in a transaction that also moves the job's cursor. Whoever holds one of them
    at that moment is left to finish.

    Raises:
        Cancelled: it was asked to stop; what is done stays done.
    """
    held, group = 0, 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            if not _is_still_on(job.project):
                return held
            cursor.execute(_NEXT, {"project": job.project_id, "group": group, "most": CHUNK_ITEMS})
            rows = cursor.fetchall()
            if not rows:
                return held
            group = rows[-1][1]
            members = [item for item, _, _ in rows]
            held += _hold(members, sorted({first for _, _, first in rows}), rules)
            cursor.execute(_OPEN, {"groups": sorted({key for _, key, _ in rows})})
            report(job, done=job.done, cursor=job.cursor + 1)


def _is_still_on(project: Project) -> bool:
    """Whoever turns it off waits for this chunk, and gives back what it held."""
    rows = SimilarRules.objects.select_for_update(no_key=True).filter(project=project)
    return bool(rows.values_list("is_spread", flat=True)[0])


def _hold(members: list[int], firsts: list[int], rules: SimilarRules) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, {"items": members + firsts})
        cursor.execute(_STATES, {"items": members, "seed": rules.seed, "share": rules.audit_share})
        waiting = [item for item, state in cursor.fetchall() if state == "waiting"]
        cursor.execute(_OUT, {"items": waiting})
    return len(waiting)
