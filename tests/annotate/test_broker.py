"""REDIS_URL: changes travel by a broker, and a broker that is away costs no request."""

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_django
from asgiref.sync import sync_to_async
from redis import Redis

from annotate.announce import broker_channel
from annotate.realtime import listener
from tests import make
from tests.annotate import acting
from tests.annotate.test_websocket import Socket, cookie_of
from tests.broker import NO_PROGRAM, PROGRAM, Broker

pytestmark = [
    pytest.mark.threads,
    pytest.mark.usefixtures("committed"),
    pytest.mark.skipif(PROGRAM is None, reason=NO_PROGRAM),
]


@pytest.fixture
def broker(
    tmp_path: Path, settings: pytest_django.Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Broker]:
    running = Broker(tmp_path)
    running.start()
    settings.REDIS_URL = running.url
    monkeypatch.setattr(listener, "RETRY_SECONDS", 0.1)
    yield running
    running.kill()


def is_heard(url: str) -> bool:
    with contextlib.closing(Redis.from_url(url)) as client:
        return bool(client.pubsub_numsub(broker_channel())[0][1])


async def until_heard(url: str) -> None:
    while not await sync_to_async(is_heard, thread_sensitive=False)(url):
        await asyncio.sleep(0.02)


def test_a_poke_travels_by_the_broker_and_again_after_it_was_away(broker: Broker) -> None:
    project = make.project()
    make.items(project, 3)
    caller = make.client_for(make.worker(project))
    first, second, third = acting.claim(caller, project, 3)
    cookie = cookie_of(project.created_by)

    async def answer(lease: dict[str, Any]) -> None:
        judge = sync_to_async(acting.submit, thread_sensitive=False)
        assert (await judge(caller, lease["id"], make.POS))[0] == 200

    async def run() -> list[Any]:
        socket = Socket(project.pk, cookie)
        try:
            assert await socket.open() == [["hello"]]
            await until_heard(broker.url)
            # What others say on our channel is nothing to us.
            with contextlib.closing(Redis.from_url(broker.url)) as client:
                client.publish(broker_channel(), "no json")
            await answer(first)
            heard = [await socket.hear()]
            broker.kill()
            await answer(second)
            assert await socket.hears_nothing()
            broker.start()
            await until_heard(broker.url)
            await answer(third)
            return [*heard, await socket.hear()]
        finally:
            await socket.end()

    for poke in asyncio.run(run()):
        assert set(poke) == {"topics"}
        assert "board" in poke["topics"]
