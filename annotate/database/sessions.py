"""What each session of ours asks of PostgreSQL, whoever set the server up.

No compiling of statements: they are short and made once a connection, and PostgreSQL, which
compiles by default what it takes for dear, spends ten times the statement on it while a young
table has no figures yet. And the same plans everywhere, those that were measured: by default
PostgreSQL takes a disk for one that turns, and reads whole tables where an index is there.

And how long who answers people waits for a lock or a statement: a transaction that somebody
forgot to end holds its rows; without a limit each request that wants one of them would hold a
thread and a connection, until there is none left for anybody.
"""

from typing import Any

from psycopg import Connection

LOCK_SECONDS = 5.0
"""Longer than the disk of a busy server stalls; what waits for a lock waits for a commit."""
STATEMENT_SECONDS = 30.0


def sessions(
    *, lock_seconds: float = 0.0, statement_seconds: float = 0.0
) -> type[Connection[Any]]:
    """Connections whose statements end with an error after that long; 0 is without end.

    Not by the parameter `options` of a connection: poolers between us and PostgreSQL refuse it.
    """
    wishes = (
        "SET jit = off; SET random_page_cost = 1.1; "
        f"SET lock_timeout = {round(lock_seconds * 1000)}; "
        f"SET statement_timeout = {round(statement_seconds * 1000)}"
    )

    class Session(Connection[Any]):
        @classmethod
        def connect(cls, *args: Any, **kwargs: Any) -> Any:
            made = super().connect(*args, **kwargs)
            made.execute(wishes)
            return made

    return Session


def limit_waiting(database: dict[str, Any], *, has_jobs: bool) -> None:
    """Limit all connections of the pool of this process; called before the first is made.

    `has_jobs`: some statements of jobs take minutes, so only locks are limited.
    """
    database["OPTIONS"]["pool"]["connection_class"] = sessions(
        lock_seconds=LOCK_SECONDS, statement_seconds=0 if has_jobs else STATEMENT_SECONDS
    )
