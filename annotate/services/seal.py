"""Seal the trail, part by part: a chain of hashes that shows if a row was changed afterwards.

The database refuses to change what was said (triggers). Who owns the database can take a trigger
away; the chain tells. It is made behind the work, so no answer waits for it.
"""

import time

from django.db import connection, transaction

BATCH_ROWS = 2000
"""Of each table at most so many a seal, so that no seal needs much memory."""
MOST_SECONDS = 20.0
WAIT = "10 seconds"

# One at a time: each seal stands on the one before.
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('seals', 0))"
_ENDS = """
SELECT complete_to('annotate_event', %(wait)s::interval),
       complete_to('annotate_judgment', %(wait)s::interval),
       complete_to('annotate_finallabel', %(wait)s::interval)
"""
_LAST = """
SELECT digest, last_event, last_judgment, last_final FROM annotate_trailseal
 ORDER BY id DESC LIMIT 1
"""
_NEXT = """
SELECT coalesce(max(id), %(after)s) FROM (
       SELECT id FROM {table} WHERE id > %(after)s AND id <= %(end)s ORDER BY id LIMIT %(most)s
       ) AS part
"""
_TABLES = ("annotate_event", "annotate_judgment", "annotate_finallabel")
_SEAL = """
INSERT INTO annotate_trailseal (last_event, last_judgment, last_final, rows, digest)
SELECT %s, %s, %s, s.seal_rows, s.digest FROM seal_of(%s, %s, %s, %s, %s, %s, %s) AS s
"""


def seal_trail() -> int:
    """Seal what can't change any more; answers how many seals were made."""
    until = time.monotonic() + MOST_SECONDS
    with connection.cursor() as cursor:
        cursor.execute(_ENDS, {"wait": WAIT})
        ends = cursor.fetchone()
    made = 0
    while None not in ends and time.monotonic() < until and _seal_part(ends):
        made += 1
    return made


@transaction.atomic
def _seal_part(ends: tuple[int, ...]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
        cursor.execute(_LAST)
        before, *at = cursor.fetchone() or ("", 0, 0, 0)
        to = []
        for table, after, end in zip(_TABLES, at, ends, strict=True):
            values = {"after": after, "end": end, "most": BATCH_ROWS}
            cursor.execute(_NEXT.format(table=table), values)
            to.append(cursor.fetchone()[0])
        if to == at:
            return False
        parts = [number for pair in zip(at, to, strict=True) for number in pair]
        cursor.execute(_SEAL, [*to, before, *parts])
    return True
