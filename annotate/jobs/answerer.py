"""Threads that answer what applications ask, beside the jobs, wherever the models live.

Each holds a lock by which those who ask see that somebody is there, and hears of new asks over
the same connection. It is the thread's own and not of the pool: it is kept for as long as the
thread lives.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

import psycopg
from django.db import connection
from django.db.utils import Error

from annotate.queries.asks import ANSWERING
from annotate.services.answer_asks import answer_ask, finish_ask, forget_old_asks, take_ask
from annotate.services.ask_model import CHANNEL, ModelAway

Listening: TypeAlias = psycopg.Connection[Any]

logger = logging.getLogger(__name__)

THREADS = 2
"""So that a long ask does not keep a short one waiting: the encoder lets them take turns."""
IDLE_SECONDS = 1.0
"""A note that was lost costs so much."""
RETRY_SECONDS = 2.0


def answer_in_threads() -> None:
    """Start to answer; the threads end with the process."""
    for number in range(THREADS):
        threading.Thread(target=_run, name=f"answers-{number}", daemon=True).start()


def _run() -> None:
    while True:
        try:
            _serve()
        except (psycopg.Error, Error, OSError) as error:
            logger.warning("not answering applications, trying again: %s", error)
        connection.close()
        time.sleep(RETRY_SECONDS)


def _serve() -> None:
    with attending() as listening:
        listening.execute(f"LISTEN {CHANNEL}")
        while True:
            answer_waiting(listening)
            for _ in listening.notifies(timeout=IDLE_SECONDS, stop_after=1):
                break


@contextmanager
def attending() -> Iterator[Listening]:
    """A connection by which others see that somebody answers, for as long as it is open."""
    parameters = connection.get_connection_params()
    for own in ("context", "cursor_factory", "pool"):
        parameters.pop(own, None)
    with psycopg.connect(**parameters, autocommit=True) as listening:
        listening.execute("SELECT pg_advisory_lock_shared(%s, %s)", ANSWERING)
        yield listening


def answer_waiting(listening: Listening) -> None:
    """Answer all that waits."""
    while (ask := take_ask(listening.info.backend_pid)) is not None:
        try:
            answer_ask(ask)
        except Exception:
            logger.exception("ask %s broke", ask.pk)
            finish_ask(ask.pk, ModelAway(retry_after=30))
    forget_old_asks()
    connection.close()
