"""The statements that every answer passes through, without the layers between.

A cursor costs several times what PostgreSQL needs to answer one of them, and PostgreSQL spends a
good part of that on reading and planning it once more. So each is prepared once a connection, and
executed by libpq. The connection, its transaction and its errors stay Django's. A pooler between
us and PostgreSQL has to know prepared statements (docs/decisions/0014-the-hot-path.md).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from time import perf_counter
from typing import Any, Final, NamedTuple, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

import orjson
from django.db import connections
from django.db.models import Model
from psycopg import Connection, DataError, OperationalError, errors
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

from annotate.journal import note_if_slow

Read = Callable[[bytes], Any]
M = TypeVar("M", bound=Model)

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
_OF_FIELDS: Final[Mapping[str, Read]] = {
    "BigAutoField": int,
    "BooleanField": flag,
    "CharField": text,
    "DateTimeField": moment,
    "ForeignKey": int,
    "JSONField": json,
    "PositiveIntegerField": int,
    "TextField": text,
}


def columns_of(model: type[Model], alias: str) -> tuple[str, tuple[Read, ...]]:
    """All columns of a model in the order that `row_of` wants them, and how they are read."""
    fields = model._meta.concrete_fields  # noqa: SLF001 - Django's own name for it
    names = ", ".join(f"{alias}.{field.column}" for field in fields)
    return names, tuple(_OF_FIELDS[field.get_internal_type()] for field in fields)


def row_of(model: type[M], values: Sequence[Any]) -> M:
    """An instance as a queryset would make it, of all the columns."""
    fields = model._meta.concrete_fields  # noqa: SLF001 - Django's own name for it
    names = [field.attname for field in fields]
    return model.from_db("default", names, values)


def texts(values: Iterable[str]) -> str:
    """A list of texts as PostgreSQL reads an array."""
    quoted = (value.replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return "{" + ",".join(f'"{value}"' for value in quoted) + "}"


# What is prepared where. A connection is one thread's as long as it is in use.
_prepared: WeakKeyDictionary[Connection[Any], set[bytes]] = WeakKeyDictionary()


class Prepared(NamedTuple):
    """A statement under a name that no other has, and how its columns are read."""

    name: str
    """An empty one: it is planned each time, for the very values, and nothing stays prepared."""
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
        if not name:
            return _checked(libpq, libpq.exec_params(self.sql.encode(), values))
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
