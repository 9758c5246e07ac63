"""How long who answers people waits for a lock or a statement.

A transaction that somebody forgot to end holds its rows; without a limit each request that wants
one of them would hold a thread and a connection, until there is none left for anybody.
"""

from typing import Any

from psycopg import Connection

LOCK_SECONDS = 5.0
"""Longer than the disk of a busy server stalls; what waits for a lock waits for a commit."""
STATEMENT_SECONDS = 30.0


def limited(*, lock_seconds: float, statement_seconds: float) -> type[Connection[Any]]:
    """A connection whose statements end with an error after that long; 0 is without end.

    Not by the parameter `options` of a connection: poolers between us and PostgreSQL refuse it.
    """
    limits = (
        f"SET lock_timeout = {round(lock_seconds * 1000)}; "
        f"SET statement_timeout = {round(statement_seconds * 1000)}"
    )

    class Limited(Connection[Any]):
        @classmethod
        def connect(cls, *args: Any, **kwargs: Any) -> Any:
            made = super().connect(*args, **kwargs)
            made.execute(limits)
            return made

    return Limited


def limit_waiting(database: dict[str, Any], *, has_jobs: bool) -> None:
    """Limit all connections of the pool of this process; called before the first is made.

    `has_jobs`: some statements of jobs take minutes, so only locks are limited.
    """
    database["OPTIONS"]["pool"]["connection_class"] = limited(
        lock_seconds=LOCK_SECONDS, statement_seconds=0 if has_jobs else STATEMENT_SECONDS
    )
