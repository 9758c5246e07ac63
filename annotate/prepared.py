"""The statements that every answer passes through, without the layers between.

A cursor costs several times what PostgreSQL needs to answer one of them, and PostgreSQL spends a
good part of that on reading and planning it once more. So each is prepared once a connection, and
executed by libpq. The connection, its transaction and its errors stay Django's. A pooler between
us and PostgreSQL has to know prepared statements (docs/decisions/0014-the-hot-path.md).
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from time import perf_counter
from typing import Any, Final, NamedTuple
from uuid import UUID
from weakref import WeakKeyDictionary

import orjson
from django.db import connections
from psycopg import Connection, DataError, OperationalError, errors
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

from annotate.journal import note_if_slow

Read = Callable[[bytes], Any]

_GOOD: Final = frozenset({ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK})


def text(raw: bytes) -> str:
    return raw.decode()


def flag(raw: bytes) -> bool:
    return raw == b"t"


def uuid(raw: bytes) -> UUID:
    return UUID(raw.decode())


def moment(raw: bytes) -> datetime:
    """A timestamptz, as sessions in UTC write it."""
    return datetime.fromisoformat(raw.decode())


json = orjson.loads
# What is prepared where. A connection is one thread's as long as it is in use.
_prepared: WeakKeyDictionary[Connection[Any], set[bytes]] = WeakKeyDictionary()


class Prepared(NamedTuple):
    """A statement under a name that no other has, and how its columns are read."""

    name: str
    sql: str
    columns: Sequence[Read]

    def first(self, *values: object) -> tuple[Any, ...] | None:
        """The first row, if there is one."""
        rows = self.all(*values)
        return rows[0] if rows else None

    def one(self, *values: object) -> tuple[Any, ...]:
        """The only row, of a function that always answers with one."""
        (row,) = self.all(*values)
        return row

    def all(self, *values: object) -> list[tuple[Any, ...]]:
        """The rows. Raises Django's database errors, as a cursor does."""
        wrapper: Any = connections["default"]
        wrapper.validate_no_broken_transaction()
        if wrapper.connection is None:
            # Not `connect`: its errors would be psycopg's own, and the answer to them a 500.
            wrapper.ensure_connection()
        began = perf_counter()
        with wrapper.wrap_database_errors:
            result = self._execute(wrapper.connection, [_dump(value) for value in values])
        note_if_slow(self.sql, began)
        if wrapper.force_debug_cursor:
            wrapper.queries_log.append({"sql": self.sql, "time": "0"})
        value, places = result.get_value, tuple(enumerate(self.columns))
        return [
            tuple(
                [
                    None if (raw := value(row, column)) is None else read(raw)
                    for column, read in places
                ]
            )
            for row in range(result.ntuples)
        ]

    def _execute(self, connection: Connection[Any], values: list[bytes | None]) -> PGresult:
        # Its types do not say so, but a value may be None there: it is NULL.
        libpq: Any = connection.pgconn
        name = self.name.encode()
        if not connection.autocommit and libpq.transaction_status == TransactionStatus.IDLE:
            _checked(libpq, libpq.exec_(b"BEGIN"))
        known = _prepared.setdefault(connection, set())
        if name not in known:
            _checked(libpq, libpq.prepare(name, self.sql.encode()))
            known.add(name)
        return _checked(libpq, libpq.exec_prepared(name, values))


def _dump(value: object) -> bytes | None:
    if value is None:
        return None
    raw = str(value).encode()
    if b"\0" in raw:
        # libpq would take the text to end there.
        message = "A text for PostgreSQL holds a NUL character."
        raise DataError(message)
    return raw


def _checked(libpq: PGconn, result: PGresult) -> PGresult:
    if result.status in _GOOD:
        return result
    if libpq.status == ConnStatus.BAD:
        # No state of SQL comes with a connection that broke, so its error would be of no class.
        raise OperationalError(result.get_error_message())
    raise errors.error_from_result(result)
