"""Hear what changed, from whichever process changed it, and tell this process's sockets."""

import asyncio
import json
import logging

import psycopg
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import connection
from redis.asyncio import Redis
from redis.exceptions import RedisError

from annotate.announce import CHANNEL, broker_channel

logger = logging.getLogger(__name__)

RETRY_SECONDS = 2
# A connection to the broker that died without a word is noticed after about twice so long.
_BROKER_SILENCE_SECONDS = 10
_LOOK_SECONDS = 1


def group_of(project_id: int) -> str:
    return f"project.{project_id}"


class Listener:
    """One task a process, started by the first socket."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    def ensure_started(self) -> None:
        """Call from the event loop that serves the sockets."""
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        while not _is_cancelled():
            try:
                await (_listen_to_broker() if settings.REDIS_URL else _listen_to_database())
            except (OSError, psycopg.Error, RedisError) as error:
                logger.warning("not hearing changes, trying again: %s", error)
            await asyncio.sleep(RETRY_SECONDS)


async def _listen_to_database() -> None:
    parameters = connection.get_connection_params()
    for own in ("context", "cursor_factory", "pool"):
        parameters.pop(own, None)
    async with await psycopg.AsyncConnection.connect(**parameters, autocommit=True) as listening:
        await listening.execute(f"LISTEN {CHANNEL}")
        async for note in listening.notifies():
            await _tell(note.payload)


async def _listen_to_broker() -> None:
    broker = Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=_BROKER_SILENCE_SECONDS,
        health_check_interval=_BROKER_SILENCE_SECONDS,
    )
    async with broker, broker.pubsub(ignore_subscribe_messages=True) as listening:
        await listening.subscribe(broker_channel())
        while not _is_cancelled():
            note = await listening.get_message(timeout=_LOOK_SECONDS)
            if note is not None and note["type"] == "message":
                await _tell(note["data"])


def _is_cancelled() -> bool:
    """The client of the broker may swallow a cancellation that comes while it connects."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def _tell(payload: str | bytes) -> None:
    try:
        change = json.loads(payload)
        project, topics = change["project"], change["topics"]
    except (ValueError, KeyError, TypeError):
        logger.warning("heard a note that is not ours")  # a broker may be shared with others
        return
    await get_channel_layer().group_send(
        group_of(project), {"type": "project.changed", "topics": topics}
    )


listener = Listener()
