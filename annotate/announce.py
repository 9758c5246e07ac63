"""Tell open screens that something changed: after the commit, at most twice a second.

A screen gets topics, never data: it asks again over HTTP, where its rights are checked.
NOTIFY takes a lock that all commits share, so it is kept out of the submit's transaction:
what changed is remembered in this process, and one thread sends it over its own connection, or
by Redis where REDIS_URL names one. A lost note costs a screen a few seconds until it polls; it
never costs an answer, and a broker that is away never costs a request.
"""

import json
import logging
import threading
from functools import lru_cache

from django.conf import settings
from django.db import connection, transaction
from django.db.utils import Error
from redis import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

CHANNEL = "annotate_changes"
INTERVAL_SECONDS = 0.5
# A broker that does not answer keeps back later notes, so it is not waited for.
_BROKER_SECONDS = 2.0


def broker_channel() -> str:
    """The channel at Redis. Unlike those of PostgreSQL, it must say of which database it is."""
    return f"{CHANNEL}:{connection.settings_dict['NAME']}"


class _Announcer:
    def __init__(self) -> None:
        self._changed: dict[int, set[str]] = {}
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._is_sending = False

    def is_idle(self) -> bool:
        """All that was noted has been sent."""
        with self._lock:
            return not (self._changed or self._is_sending)

    def note(self, project_id: int, topics: tuple[str, ...]) -> None:
        with self._lock:
            self._changed.setdefault(project_id, set()).update(topics)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="announce", daemon=True)
                self._thread.start()
        self._wake.set()

    def _take(self) -> dict[int, set[str]]:
        with self._lock:
            changed, self._changed = self._changed, {}
            self._is_sending = True
        return changed

    def _run(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            for project_id, topics in self._take().items():
                _send(project_id, topics)
            connection.close()
            self._is_sending = False
            threading.Event().wait(INTERVAL_SECONDS)


def _send(project_id: int, topics: set[str]) -> None:
    payload = json.dumps({"project": project_id, "topics": sorted(topics)})
    try:
        if settings.REDIS_URL:
            _broker(settings.REDIS_URL).publish(broker_channel(), payload)
        else:
            _notify(payload)
    except (Error, RedisError) as error:
        # The database or the broker is away: screens poll until it is back.
        logger.warning("could not announce a change of project %s: %s", project_id, error)


def _notify(payload: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])


@lru_cache(maxsize=1)
def _broker(url: str) -> Redis:
    """It connects when it is asked for something, and anew after a connection has broken."""
    return Redis.from_url(
        url, socket_timeout=_BROKER_SECONDS, socket_connect_timeout=_BROKER_SECONDS
    )


_announcer = _Announcer()


def announce(project_id: int, *topics: str) -> None:
    """Say that `topics` of a project changed, once the current transaction is committed."""
    transaction.on_commit(lambda: _announcer.note(project_id, topics))
