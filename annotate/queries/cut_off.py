"""The moment that an export shows. Exporting the same moment again gives the same bytes.

Rows that an export reads are written once and carry the time of the statement that wrote them, so
"what had been written by then" is a condition on them. It names the same rows for ever once every
transaction that began before has ended; that is waited for here, so what was acknowledged before
an export began is in it.
"""

import time
from datetime import datetime

from django.db import connection

from annotate.refusals import InvalidInput
from labeling.problems import Problem

READING = "annotate reading"
"""The name, for PostgreSQL, of transactions that only read: nobody has to wait for them."""

LONGEST_WAIT_SECONDS = 5.0
_POLL_SECONDS = 0.02
# A transaction is listed a moment after the time that it counts as its beginning.
_OPEN = """
SELECT coalesce(min(xact_start), clock_timestamp()) FROM pg_stat_activity
 WHERE datname = current_database() AND backend_type = 'client backend'
   AND pid <> pg_backend_pid() AND application_name <> %s
"""


def cut_off_at(wanted: datetime | None) -> datetime:
    """The moment `wanted`, or now, once nothing can be written before it any more.

    Where a transaction stays open for longer than the wait, "now" becomes its beginning.

    Raises:
        InvalidInput: the moment is still to come, or is too near for what is being written.
    """
    now = _ask("SELECT clock_timestamp()")
    if wanted is not None and wanted > now:
        raise _refusal(
            "The moment is still to come. Write one of the past, as an export named it."
        )
    cut_off = now if wanted is None else wanted
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    time.sleep(_POLL_SECONDS)
    while (oldest := _ask(_OPEN, READING)) <= cut_off:
        if time.monotonic() > deadline:
            if wanted is not None:
                raise _refusal("Something from before that moment is being written. Ask again.")
            return oldest
        time.sleep(_POLL_SECONDS)
    return cut_off


def _ask(query: str, *values: str) -> datetime:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        moment: datetime = cursor.fetchone()[0]
        return moment


def _refusal(message: str) -> InvalidInput:
    return InvalidInput.of([Problem(path="/cut_off", code="invalid_cut_off", message=message)])
