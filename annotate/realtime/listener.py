"""Hear what changed, from whichever process changed it, and tell this process's sockets."""

import asyncio
import json
import logging

import psycopg
from channels.layers import get_channel_layer
from django.db import connection

from annotate.announce import CHANNEL

logger = logging.getLogger(__name__)

RETRY_SECONDS = 2


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
        while True:
            try:
                await self._listen()
            except (OSError, psycopg.Error) as error:
                logger.warning("not hearing changes, trying again: %s", error)
            await asyncio.sleep(RETRY_SECONDS)

    async def _listen(self) -> None:
        parameters = connection.get_connection_params()
        for own in ("context", "cursor_factory", "pool"):
            parameters.pop(own, None)
        async with await psycopg.AsyncConnection.connect(
            **parameters, autocommit=True
        ) as listening:
            await listening.execute(f"LISTEN {CHANNEL}")
            async for note in listening.notifies():
                change = json.loads(note.payload)
                await get_channel_layer().group_send(
                    group_of(change["project"]),
                    {"type": "project.changed", "topics": change["topics"]},
                )


listener = Listener()
