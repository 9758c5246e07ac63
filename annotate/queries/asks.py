"""Who answers applications now, told by the locks that answering processes hold.

A process that dies lets go of its lock with its connection, so nobody has to send heartbeats.
"""

from typing import NamedTuple
from uuid import UUID

from django.db import connection

ANSWERING = (0x616E6E6F, 24)
"""The advisory lock of who answers: shared, one a thread, for as long as it lives."""

# Advisory locks of two numbers have 2 in `objsubid`.
_ANSWERERS = """
SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
 WHERE d.datname = current_database() AND l.locktype = 'advisory' AND l.granted
   AND l.classid = %s AND l.objid = %s AND l.objsubid = 2
"""
_STATE = f"""
SELECT a.is_done, EXISTS ({_ANSWERERS} AND (a.taken_by IS NULL OR a.taken_by = l.pid))
  FROM annotate_ask a WHERE a.id = %s
"""  # noqa: S608 - our own text


class AskState(NamedTuple):
    is_done: bool
    is_served: bool
    """Somebody works on it, or is there to take it."""


def ask_state(ask: UUID) -> AskState | None:
    """None when it is gone: the database was restarted, or the answer came much too late."""
    with connection.cursor() as cursor:
        cursor.execute(_STATE, [*ANSWERING, ask])
        row = cursor.fetchone()
    return None if row is None else AskState(*row)


def is_answered_here() -> bool:
    """Whether any process answers applications now."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS ({_ANSWERERS})", [*ANSWERING])
        return bool(cursor.fetchone()[0])
