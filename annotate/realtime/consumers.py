"""The websocket of a project: topics that changed, never data."""

from typing import Any

from asgiref.sync import sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from annotate.models import User
from annotate.policies import membership_of, require
from annotate.realtime.listener import group_of, listener
from annotate.refusals import Forbidden, NotFound

NOT_SIGNED_IN = 4401
NOT_YOURS = 4404


class ProjectConsumer(AsyncJsonWebsocketConsumer):  # type: ignore[misc]  # channels is untyped
    """For who may see the project's disputes or board. A worker's screen needs no socket."""

    group: str | None = None

    async def connect(self) -> None:
        # Accepted first: a browser tells its page the close code only of an open socket.
        await self.accept()
        project_id = int(self.scope["url_route"]["kwargs"]["project_id"])
        user = self.scope.get("user")
        if not isinstance(user, User) or not user.is_active:
            await self.close(code=NOT_SIGNED_IN)
            return
        # thread_sensitive would put all sockets of the process behind one thread.
        if not await sync_to_async(_may_watch, thread_sensitive=False)(user, project_id):
            await self.close(code=NOT_YOURS)
            return
        listener.ensure_started()
        self.group = group_of(project_id)
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.send_json({"topics": ["hello"]})

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
        await self.send_json({"topics": event["topics"]})


def _may_watch(user: User, project_id: int) -> bool:
    try:
        require(membership_of(user, project_id).role, "dispute.list")
    except (NotFound, Forbidden):
        return False
    return True
