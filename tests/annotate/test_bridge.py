"""HTTP between the event loop and the threads: whole bodies, parts, streams and goodbyes."""

import asyncio
import contextlib
import json
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connections

from annotate import bridge
from annotate.bridge import Bridge, Message
from annotate.models import Source, User
from annotate.services.workforce import create_token
from tests import make

pytestmark = [pytest.mark.threads, pytest.mark.usefixtures("committed")]

GONE: Message = {"type": "http.disconnect"}
WHOLE: Message = {"type": "http.request", "body": b""}


async def converse(
    bridge: Bridge, method: str, path: str, incoming: Sequence[Message], headers: dict[str, str]
) -> list[Message]:
    """The messages that the bridge answers with."""
    where, _, query = path.partition("?")
    scope = {
        "type": "http",
        "method": method,
        "path": f"/api/v1/{where}",
        "query_string": query.encode(),
        "headers": [(k.encode(), v.encode()) for k, v in {"host": "localhost", **headers}.items()],
    }
    waiting, sent = [*incoming], []

    async def receive() -> Message:
        await asyncio.sleep(0)
        return waiting.pop(0) if waiting else GONE

    async def send(message: Message) -> None:
        sent.append(message)

    await bridge(scope, receive, send)
    return sent


def ask(
    user: User, method: str, path: str, *parts: bytes, kind: str = "application/json"
) -> list[Message]:
    """One request whose body comes in these parts; the messages of its answer."""
    body = b"".join(parts)
    incoming = [
        {"type": "http.request", "body": part, "more_body": place < len(parts)}
        for place, part in enumerate(parts or (b"",), start=1)
    ]
    return asyncio.run(_ask(method, path, incoming, headers_of(user, kind, len(body))))


def headers_of(user: User, kind: str, length: int) -> dict[str, str]:
    key = create_token(user=user, name="test")[1]
    return {"authorization": f"Token {key}", "content-type": kind, "content-length": str(length)}


async def _ask(
    method: str, path: str, incoming: Sequence[Message], headers: dict[str, str]
) -> list[Message]:
    bridge = Bridge(threads=1)
    try:
        return await converse(bridge, method, path, incoming, headers)
    finally:
        # The thread's own connection, which the test's database could not be dropped under.
        await asyncio.get_running_loop().run_in_executor(bridge._threads, connections.close_all)
        bridge._threads.shutdown()


def read(messages: Sequence[Message]) -> tuple[int, Any]:
    assert messages[0]["type"] == "http.response.start"
    assert all(message["type"] == "http.response.body" for message in messages[1:])
    return messages[0]["status"], json.loads(b"".join(m.get("body", b"") for m in messages[1:]))


def test_an_answer_is_two_messages_with_its_headers() -> None:
    project = make.project()
    messages = ask(project.created_by, "GET", f"projects/{project.pk}/")
    assert len(messages) == 2
    assert read(messages)[0] == 200
    headers = dict(messages[0]["headers"])
    assert headers[b"content-type"] == b"application/json"
    assert headers[b"content-length"] == str(len(messages[1]["body"])).encode()
    assert headers[b"x-frame-options"] == b"DENY"


def test_a_body_may_come_in_parts() -> None:
    project = make.project()
    make.items(project, 3)
    worker = make.worker(project)
    messages = ask(worker.user, "POST", f"projects/{project.pk}/claim/", b'{"co', b'unt"', b": 2}")
    status, body = read(messages)
    assert (status, len(body["assignments"])) == (200, 2)


def form_of(rows: bytes) -> bytes:
    fields = b'--x\r\nContent-Disposition: form-data; name="format"\r\n\r\njsonl\r\n'
    file = b'--x\r\nContent-Disposition: form-data; name="file"; filename="rows.jsonl"\r\n\r\n'
    return fields + file + rows + b"\r\n--x--\r\n"


def test_a_large_upload_comes_in_whole() -> None:
    project = make.project()
    rows = b"".join(b'{"data": {"text": "%07d"}}\n' % n for n in range(20_000))
    body = form_of(rows)
    parts = [body[place : place + 50_000] for place in range(0, len(body), 50_000)]
    where = f"projects/{project.pk}/imports/"
    status, job = read(
        ask(project.created_by, "POST", where, *parts, kind="multipart/form-data; boundary=x")
    )
    assert (status, job["kind"]) == (202, "import")


def test_who_goes_away_in_the_middle_of_a_body_leaves_nothing() -> None:
    project = make.project()
    body = form_of(b'{"data": {"text": "one"}}\n')
    headers = headers_of(project.created_by, "multipart/form-data; boundary=x", len(body))
    begun = {"type": "http.request", "body": body[:150], "more_body": True}
    where = f"projects/{project.pk}/imports/"
    status, answer = read(asyncio.run(_ask("POST", where, [begun, GONE], headers)))
    assert (status, answer["code"]) == (400, "bad_request")
    assert not Source.objects.filter(project=project).exists()


def test_a_stream_is_sent_part_by_part_and_ends() -> None:
    project = make.project()
    make.items(project, 5)
    messages = ask(project.created_by, "GET", f"projects/{project.pk}/export/?format=jsonl")
    assert messages[0]["status"] == 200
    assert all(message["more_body"] for message in messages[1:-1])
    assert messages[-1] == {"type": "http.response.body"}
    sent = b"".join(message.get("body", b"") for message in messages[1:])
    _, expected = make.client_for(project.created_by).get(
        f"projects/{project.pk}/export/?format=jsonl"
    )
    assert sent == expected
    assert len(sent.splitlines()) == 5


def test_who_is_gone_before_the_body_is_not_answered() -> None:
    assert asyncio.run(_ask("GET", "session/", [GONE], {})) == []


async def never() -> Message:
    """Nothing more comes."""
    await asyncio.Event().wait()
    return GONE


def begun(body: bytes) -> Message:
    return {"type": "http.request", "body": body, "more_body": True}


async def _while_slow(
    bridge: Bridge, slow: dict[str, Any], receive: Any, send: Any, headers: dict[str, str]
) -> int:
    """The status of another request, asked while one that is slow is under way."""
    try:
        async with asyncio.timeout(20):
            held = asyncio.create_task(bridge(slow, receive, send))
            await asyncio.sleep(0.3)
            assert not held.done()
            answer = await converse(bridge, "GET", "session/", [WHOLE], headers)
            held.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await held
            return int(answer[0]["status"])
    finally:
        await asyncio.get_running_loop().run_in_executor(bridge._threads, connections.close_all)
        bridge._threads.shutdown()


def scope_of(method: str, path: str, headers: dict[str, str]) -> dict[str, Any]:
    return {
        "type": "http",
        "method": method,
        "path": f"/api/v1/{path}",
        "query_string": b"",
        "headers": [(k.encode(), v.encode()) for k, v in {"host": "localhost", **headers}.items()],
    }


def test_who_is_slow_to_send_keeps_no_thread() -> None:
    """Eight connections of a stranger's, each with a byte of a body, stopped the whole server."""
    headers = headers_of(make.user(), "application/json", 100)

    async def run() -> int:
        parts = [begun(b"{")]

        async def receive() -> Message:
            return parts.pop() if parts else await never()

        async def send(_message: Message) -> None:
            return None

        slow = scope_of("POST", "tokens/", headers)
        return await _while_slow(Bridge(threads=1), slow, receive, send, headers)

    assert asyncio.run(run()) == 200


def test_who_is_slow_to_read_a_file_keeps_no_thread() -> None:
    project = make.project(schema=make.BOXES)
    media = make.media(project)
    item = make.item(project, data={"picture": {"media": media.sha256}})
    headers = headers_of(project.created_by, "application/json", 0)

    async def run() -> int:
        parts = [WHOLE]

        async def receive() -> Message:
            return parts.pop() if parts else await never()

        async def send(message: Message) -> None:
            if message["type"] == "http.response.body":
                await asyncio.Event().wait()

        where = f"projects/{project.pk}/items/{item.pk}/media/picture/"
        slow = scope_of("GET", where, headers)
        return await _while_slow(Bridge(threads=1), slow, receive, send, headers)

    assert asyncio.run(run()) == 200


def test_who_sends_no_more_of_a_body_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge, "PATIENCE_SECONDS", 0.2)
    headers = headers_of(make.user(), "application/json", 200_000)

    async def run(first: bytes) -> list[Message]:
        parts = [begun(first)]
        sent: list[Message] = []

        async def receive() -> Message:
            return parts.pop() if parts else await never()

        async def send(message: Message) -> None:
            sent.append(message)

        served = Bridge(threads=1)
        await served(scope_of("POST", "tokens/", headers), receive, send)
        await asyncio.get_running_loop().run_in_executor(served._threads, connections.close_all)
        served._threads.shutdown()
        return sent

    for first in (b'{"name": ', b'{"name": "' + b"x" * bridge.HELD_BYTES):
        status, answer = read(asyncio.run(run(first)))
        assert (status, answer["code"]) == (400, "bad_request")


@pytest.mark.parametrize("size", [10, 100_000])
def test_a_body_without_a_length_is_read(size: int) -> None:
    """It was taken for none: an upload in parts answered 200 and kept nothing."""
    project = make.project()
    headers = headers_of(project.created_by, "application/octet-stream", 0)
    del headers["content-length"]
    lead = make.client_for(project.created_by)
    upload = lead.post(f"projects/{project.pk}/uploads/")[1]["upload"]
    parts = [begun(b"x" * (size // 2)), {"type": "http.request", "body": b"x" * (size // 2)}]
    where = f"projects/{project.pk}/uploads/{upload}/?offset=0"
    messages = asyncio.run(_ask("PUT", where, parts, {**headers, "transfer-encoding": "chunked"}))
    assert read(messages) == (200, {"upload": upload, "received": size})
