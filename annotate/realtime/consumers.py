"""The websocket of a project: topics that changed, never data."""

import time
from importlib import import_module
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from annotate.models import User
from annotate.policies import membership_of, require
from annotate.realtime.listener import group_of, listener
from annotate.refusals import Forbidden, NotFound

NOT_SIGNED_IN = 4401
NOT_YOURS = 4404

# A socket stays open for hours, and rights end meanwhile. They are asked for again when there is
# something to tell, but not for each of the two pokes a second that a busy project gives.
RECHECK_SECONDS = 5.0


class ProjectConsumer(AsyncJsonWebsocketConsumer):  # type: ignore[misc]  # channels is untyped
    """For who may see the project's disputes or board. A worker's screen needs no socket."""

    group: str | None = None
    project_id: int
    checked_at: float

    async def connect(self) -> None:
        # Accepted first: a browser tells its page the close code only of an open socket.
        await self.accept()
        self.project_id = int(self.scope["url_route"]["kwargs"]["project_id"])
        if not await self.is_admitted():
            return
        listener.ensure_started()
        self.group = group_of(self.project_id)
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.send_json({"topics": ["hello"]})

    async def is_admitted(self) -> bool:
        """Whether the rights are there now; without them the socket is closed, and says why."""
        # thread_sensitive would put all sockets of the process behind one thread.
        ask = database_sync_to_async(_refusal, thread_sensitive=False)
        code = await ask(self.scope["session"].session_key, self.project_id)
        self.checked_at = time.monotonic()
        if code is not None:
            await self.close(code=code)
        return code is None

    async def disconnect(self, code: int) -> None:  # noqa: ARG002 - the signature is channels'
        if self.group is not None:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(
        self,
        text_data: str | None = None,
        bytes_data: bytes | None = None,
        **_kwargs: Any,
    ) -> None:
        """Nothing is to be said here; what arrives is ignored."""

    async def project_changed(self, event: dict[str, Any]) -> None:
        is_stale = time.monotonic() - self.checked_at >= RECHECK_SECONDS
        if not is_stale or await self.is_admitted():
            await self.send_json({"topics": event["topics"]})


def _refusal(session_key: str | None, project_id: int) -> int | None:
    """The code to close with, or None for who may watch."""
    user = _user_of(session_key)
    if user is None:
        return NOT_SIGNED_IN
    try:
        require(membership_of(user, project_id).role, "dispute.list")
    except (NotFound, Forbidden):
        return NOT_YOURS
    return None


def _user_of(session_key: str | None) -> User | None:
    """Read anew, as for a request: who signed out or was shut out since is nobody any more."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = get_user(request)
    return user if isinstance(user, User) else None
