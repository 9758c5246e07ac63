"""The websocket: who gets in, and that a change is heard by who watches."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from channels.layers import get_channel_layer
from django.contrib.sessions.models import Session
from django.db import connections
from django.test import Client

from annotate import models
from annotate.asgi import application
from annotate.realtime.listener import group_of, listener
from annotate.services.workforce import make_sign_in_link
from tests import make
from tests.annotate import acting

pytestmark = [pytest.mark.threads, pytest.mark.usefixtures("committed")]

GOOD_ORIGIN = "http://localhost"


def cookie_of(user: models.User) -> str:
    client = Client()
    secret, _ = make_sign_in_link(user=user)
    body = {"token": secret}
    reply = client.post("/api/v1/session/link/", body, content_type="application/json")
    assert reply.status_code == 200
    return f"sessionid={client.cookies['sessionid'].value}"


# It has no types.
COMMUNICATOR: Any = ApplicationCommunicator


class Socket:
    """A websocket as an ASGI server would carry it. (That of channels asks for daphne.)"""

    def __init__(self, project: int, cookie: str = "", origin: str | None = GOOD_ORIGIN) -> None:
        headers = [(b"host", b"localhost"), (b"cookie", cookie.encode())]
        if origin is not None:
            headers.append((b"origin", origin.encode()))
        path = f"/ws/projects/{project}/"
        scope = {"type": "websocket", "path": path, "headers": headers, "subprotocols": []}
        self._carrier = COMMUNICATOR(application, scope)

    async def open(self) -> list[Any]:
        """What comes first: the kinds of the first two messages, with the code of a close."""
        await self._carrier.send_input({"type": "websocket.connect"})
        first = await self._carrier.receive_output(10)
        if first["type"] == "websocket.close":
            return ["refused"]
        second = await self._carrier.receive_output(10)
        return [second.get("code") or json.loads(second["text"])["topics"]]

    async def say(self, **frame: str | bytes) -> None:
        await self._carrier.send_input({"type": "websocket.receive", **frame})

    async def hear(self) -> Any:
        return json.loads((await self._carrier.receive_output(15))["text"])

    async def is_closed(self) -> Any:
        """The code, when that is what comes next."""
        return (await self._carrier.receive_output(15)).get("code")

    async def hears_nothing(self) -> bool:
        return bool(await self._carrier.receive_nothing(0.5))

    async def end(self) -> None:
        await self._carrier.send_input({"type": "websocket.disconnect", "code": 1005})
        await self._carrier.wait(10)
        # The listener belongs to the event loop, and each test has one of its own.
        if listener._task is not None:
            listener._task.cancel()
            await asyncio.gather(listener._task, return_exceptions=True)
            listener._task = None
        await sync_to_async(connections.close_all, thread_sensitive=False)()


def opened(socket: Socket) -> list[Any]:
    async def run() -> list[Any]:
        try:
            return await socket.open()
        finally:
            await socket.end()

    return asyncio.run(run())


def test_who_is_not_signed_in_is_closed_with_4401() -> None:
    project = make.project()
    assert opened(Socket(project.pk)) == [4401]
    assert opened(Socket(project.pk, "sessionid=nonsense")) == [4401]


def test_who_may_not_see_the_desk_is_closed_with_4404() -> None:
    project = make.project()
    crowd = cookie_of(make.worker(project).user)
    foreign = cookie_of(make.project().created_by)
    out = make.worker(project, "expert")
    models.Worker.objects.filter(pk=out.pk).update(is_active=False)
    for cookie in (crowd, foreign, cookie_of(out.user)):
        assert opened(Socket(project.pk, cookie)) == [4404]
    lead = cookie_of(project.created_by)
    assert opened(Socket(987_654_321, lead)) == [4404]
    assert opened(Socket(99999999999999999999, lead)) == [4404]


def test_leads_and_experts_get_in() -> None:
    project = make.project()
    for user in (project.created_by, make.worker(project, "expert").user):
        assert opened(Socket(project.pk, cookie_of(user))) == [["hello"]]


@pytest.mark.parametrize(
    "origin",
    [None, "null", "http://evil.example", "http://localhost.evil.example", "http://evil-localhost",
     "https://localhost@evil.example", "file://", ""],
)  # fmt: skip
def test_a_foreign_origin_is_refused_before_anything(origin: str | None) -> None:
    project = make.project()
    cookie = cookie_of(project.created_by)
    assert opened(Socket(project.pk, cookie, origin)) == ["refused"]


def test_a_submit_pokes_who_watches_and_tells_nothing_more() -> None:
    project = make.project()
    make.item(project)
    caller = make.client_for(make.worker(project))
    (lease,) = acting.claim(caller, project)
    cookie = cookie_of(project.created_by)

    async def run() -> Any:
        socket = Socket(project.pk, cookie)
        assert await socket.open() == [["hello"]]
        # What is said before the listener has its connection is lost; a screen polls for that.
        await asyncio.sleep(1)
        await sync_to_async(acting.submit, thread_sensitive=False)(caller, lease["id"], make.POS)
        try:
            return await socket.hear()
        finally:
            await socket.end()

    poke = asyncio.run(run())
    assert set(poke) == {"topics"}
    assert "board" in poke["topics"]


def test_frames_from_the_browser_are_ignored() -> None:
    project = make.project()
    cookie = cookie_of(project.created_by)

    async def run() -> bool:
        socket = Socket(project.pk, cookie)
        assert await socket.open() == [["hello"]]
        for text in ("not json", '{"type": "project.changed"}', "x" * 100_000, ""):
            await socket.say(text=text)
        await socket.say(bytes=b"\x00\xff")
        try:
            return await socket.hears_nothing()
        finally:
            await socket.end()

    assert asyncio.run(run()) is True


def put_out(worker: models.Worker) -> None:
    models.Worker.objects.filter(pk=worker.pk).update(is_active=False)


def made_crowd(worker: models.Worker) -> None:
    models.Worker.objects.filter(pk=worker.pk).update(role="crowd")


def shut_out(worker: models.Worker) -> None:
    models.User.objects.filter(pk=worker.user_id).update(is_active=False)


def signed_out(_worker: models.Worker) -> None:
    Session.objects.all().delete()


@pytest.mark.parametrize(
    ("loses", "code"), [(put_out, 4404), (made_crowd, 4404), (shut_out, 4401), (signed_out, 4401)]
)
def test_who_lost_the_rights_is_told_nothing_more_and_closed(
    loses: Callable[[models.Worker], None], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotate.realtime.consumers.RECHECK_SECONDS", 0)
    worker = make.worker(make.project(), "expert")
    cookie = cookie_of(worker.user)

    async def run() -> list[Any]:
        socket = Socket(worker.project_id, cookie)
        try:
            assert await socket.open() == [["hello"]]
            await poke(worker.project_id)
            heard = [await socket.hear()]
            await sync_to_async(loses, thread_sensitive=False)(worker)
            await poke(worker.project_id)
            return [*heard, await socket.is_closed()]
        finally:
            await socket.end()

    assert asyncio.run(run()) == [{"topics": ["board"]}, code]


def test_rights_are_not_asked_for_at_every_poke() -> None:
    worker = make.worker(make.project(), "expert")
    cookie = cookie_of(worker.user)

    async def run() -> Any:
        socket = Socket(worker.project_id, cookie)
        try:
            assert await socket.open() == [["hello"]]
            await sync_to_async(put_out, thread_sensitive=False)(worker)
            await poke(worker.project_id)
            return await socket.hear()
        finally:
            await socket.end()

    assert asyncio.run(run()) == {"topics": ["board"]}


async def poke(project: int) -> None:
    """What the listener does when it hears of a change."""
    message = {"type": "project.changed", "topics": ["board"]}
    await get_channel_layer().group_send(group_of(project), message)
