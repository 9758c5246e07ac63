"""The log: lines that say which request or job they belong to, and name nobody.

What people are called, what they answer and what they read never comes into a line. Messages of
ours hold ids only; what others put into theirs (the values of a row that PostgreSQL quotes under
DETAIL, the constants of a statement) is taken out here.
"""

import logging
import re
import secrets
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Final

import orjson
from django.conf import settings

request_id: ContextVar[str] = ContextVar("request_id", default="")
job_id: ContextVar[int | None] = ContextVar("job_id", default=None)

_WELL_FORMED: Final = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
# PostgreSQL's secondary messages and quoted inputs, which hold what was in the row.
_QUOTED: Final = re.compile(
    r"^(?:DETAIL|CONTEXT|LINE \d+|QUERY|HINT):.*(?:\n[ \t]*\^.*)?\n?", re.MULTILINE
)
_INPUT: Final = re.compile(r"((?:invalid input|out of range)[^\n]*?: )\"[^\n]*")
_TEXT: Final = re.compile(r"'(?:[^']|'')*'")
_NUMBER: Final = re.compile(r"(?<![$\w])\d+(?:\.\d+)?\b")
MOST_SHAPE: Final = 600
"""Characters of a statement in a line of the log."""

logger = logging.getLogger("annotate.slow")


def request_id_of(sent: str | None) -> str:
    """What the client or the proxy sent, if it can stand in a log and a header; else a new one."""
    return sent if sent and _WELL_FORMED.fullmatch(sent) else secrets.token_hex(8)


def shape_of(statement: str) -> str:
    """A statement without its constants and on one line: `WHERE name = ? LIMIT ?`."""
    bare = _NUMBER.sub("?", _TEXT.sub("?", statement))
    return " ".join(bare.split())[:MOST_SHAPE]


def note_if_slow(statement: str, began: float) -> None:
    """A line when what began at `began` (of `time.perf_counter`) took too long."""
    seconds = time.perf_counter() - began
    if seconds * 1000 >= settings.SLOW_STATEMENT_MS:
        logger.warning("slow statement, %.0f ms: %s", seconds * 1000, shape_of(statement))


def time_statement(
    execute: Callable[..., Any],
    sql: str,
    params: Any,
    many: bool,  # noqa: FBT001 - Django passes it by place
    context: Any,
) -> Any:
    """Django's wrapper around each statement of a cursor."""
    began = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        note_if_slow(sql, began)


def watch_connection(connection: Any, **_kwargs: Any) -> None:
    """Have the statements of a new connection timed."""
    if time_statement not in connection.execute_wrappers:
        connection.execute_wrappers.append(time_statement)


def without_values(text: str) -> str:
    """A message or a traceback without what PostgreSQL quotes of a row."""
    return _INPUT.sub(r"\1?", _QUOTED.sub("", text)).rstrip()


def _ids() -> dict[str, Any]:
    found: dict[str, Any] = {}
    if request := request_id.get():
        found["request"] = request
    if (job := job_id.get()) is not None:
        found["job"] = job
    return found


class LineFormatter(logging.Formatter):
    """For people: `2026-11-24 12:00:00,000 WARNING annotate.slow [request=ab12] ...`."""

    def format(self, record: logging.LogRecord) -> str:
        ids = " ".join(f"{name}={value}" for name, value in _ids().items())
        record.ids = f"[{ids}] " if ids else ""
        return without_values(super().format(record))


class JsonFormatter(logging.Formatter):
    """For programs: one JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": without_values(record.getMessage()),
            **_ids(),
        }
        if record.exc_info:
            line["traceback"] = without_values(self.formatException(record.exc_info))
        return orjson.dumps(line).decode()
