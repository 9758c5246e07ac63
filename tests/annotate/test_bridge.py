"""HTTP between the event loop and the threads: whole bodies, parts, streams and goodbyes."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connections

from annotate.bridge import Bridge, Message
from annotate.models import Source, User
from annotate.services.workforce import create_token
from tests import make

pytestmark = [pytest.mark.threads, pytest.mark.usefixtures("committed")]

GONE: Message = {"type": "http.disconnect"}


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
