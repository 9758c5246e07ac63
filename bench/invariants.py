"""What must hold after any storm, counted in the tables themselves."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import psycopg


class Tables(Protocol):
    """Whatever the tables can be reached by."""

    def connect(self) -> psycopg.Connection[Any]: ...


# A judgment that replaces another is the same worker's and counts once.
_OVER_ASSIGNED = """
SELECT count(*) FROM annotate_item i
 WHERE (SELECT count(*) FROM annotate_assignment a
         WHERE a.item_id = i.id AND a.purpose = 'judge' AND a.state = 'leased')
     + (SELECT count(*) FROM annotate_judgment j
         WHERE j.item_id = i.id AND NOT j.is_surplus AND j.replaces_id IS NULL) > i.overlap
"""
_DUPLICATES = """
SELECT (SELECT count(*) FROM (SELECT 1 FROM annotate_judgment WHERE replaces_id IS NULL
                               GROUP BY worker_id, item_id HAVING count(*) > 1) AS twice)
     + (SELECT count(*) FROM (SELECT 1 FROM annotate_judgment
                               GROUP BY worker_id, submission_id HAVING count(*) > 1) AS twice)
"""
_FOUND = "SELECT count(*) FROM annotate_judgment WHERE id = ANY(%s)"


class Broken(NamedTuple):
    """How often a promise was broken; all are 0."""

    over_assigned: int
    """Items with more live leases and counted judgments than their overlap."""
    duplicates: int
    """Items judged twice by one worker, and submissions taken twice."""
    lost: int
    """Judgments that were acknowledged and are not there, or acknowledged twice."""


def count_broken(server: Tables, acknowledged: Sequence[int]) -> Broken:
    with server.connect() as database:

        def count(query: str, *values: object) -> int:
            row = database.execute(query, values).fetchone()
            return int(row[0]) if row else 0

        return Broken(
            over_assigned=count(_OVER_ASSIGNED),
            duplicates=count(_DUPLICATES),
            lost=len(acknowledged) - count(_FOUND, list(set(acknowledged))),
        )
