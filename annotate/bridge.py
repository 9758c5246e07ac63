"""From the event loop to Django's synchronous views and back, with one change of thread.

Django's own ASGI handler makes a thread for each request of a synchronous view. Here a fixed set
of threads works on requests whose body is already there, and hands back answers that are whole;
only a body or an answer that comes in parts goes back and forth
(docs/decisions/0003-process-model.md).

Nobody keeps a thread by being slow: the loop waits for the first HELD_BYTES of a body, and for who
reads a file; half of the threads at most wait for more of a body, none of them for long.
"""

import asyncio
import io
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any, Final, NamedTuple

from django.core import signals
from django.core.handlers.asgi import ASGIRequest, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

Scope = Mapping[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_FILE_BLOCK: Final = 64 * 1024
HELD_BYTES: Final = 64 * 1024
"""So much of a body is waited for without a thread: all of nearly every one."""
PATIENCE_SECONDS: Final = 30.0
"""Without a byte of the body, or without one of a streamed answer being taken."""
UNKNOWN_LENGTH: Final = 2**40
_GONE: Final[Message] = {"type": "http.disconnect"}


class Bridge(BaseHandler):
    """An ASGI application for HTTP: Django's middleware and views, in `threads` threads."""

    def __init__(self, *, threads: int) -> None:
        super().__init__()
        self.load_middleware()
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="http")
        self._large_bodies = asyncio.Semaphore(max(threads // 2, 1))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        loop = asyncio.get_running_loop()
        held, last = await _beginning(receive)
        if held is None:
            return

        def push(message: Message) -> None:
            asyncio.run_coroutine_threadsafe(_send(send, message), loop).result()

        async def answer(body: IO[bytes], length: int) -> "list[Message] | _File":
            asked = _Asked(scope, body, length)
            return await loop.run_in_executor(self._threads, self._answer, asked, push)

        if _is_whole(last):
            found = await answer(io.BytesIO(held), len(held))
        else:
            async with self._large_bodies:
                incoming = _Incoming(held, last, receive, loop)
                found = await answer(io.BufferedReader(incoming), UNKNOWN_LENGTH)
        if isinstance(found, _File):
            await self._send_file(found, send)
        else:
            for message in found:
                await send(message)

    async def _send_file(self, file: "_File", send: Send) -> None:
        """Block by block; a thread reads, and the loop waits for who takes it."""
        loop = asyncio.get_running_loop()
        blocks = iter(file.response)
        try:
            await send(file.start)
            while block := await loop.run_in_executor(self._threads, _next_block, blocks):
                body = {"type": "http.response.body", "body": block, "more_body": True}
                await asyncio.wait_for(send(body), PATIENCE_SECONDS)
            await send({"type": "http.response.body"})
        finally:
            await loop.run_in_executor(self._threads, file.response.close)

    def _answer(self, asked: "_Asked", push: Callable[[Message], None]) -> "list[Message] | _File":
        """In a thread: the answer, or what is left to send of one that was streamed."""
        set_script_prefix(get_script_prefix(asked.scope))
        signals.request_started.send(sender=self.__class__, scope=asked.scope)
        request = ASGIRequest(asked.scope, asked.body)
        if "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", ""):
            # Without a length a body is taken for none.
            request.META["CONTENT_LENGTH"] = str(asked.length)
        response = self.get_response(request)
        if isinstance(response, FileResponse):
            response.block_size = _FILE_BLOCK
            # As closing it does: this thread's connection to the database goes back now.
            signals.request_finished.send(sender=self.__class__)
            return _File(response, _start(response))
        try:
            if isinstance(response, HttpResponse):
                return [_start(response), {"type": "http.response.body", "body": response.content}]
            push(_start(response))
            for part in response:
                push({"type": "http.response.body", "body": part, "more_body": True})
            return [{"type": "http.response.body"}]
        finally:
            # It also gives the connection to the database back, which is this thread's.
            response.close()


class _Asked(NamedTuple):
    """A request; `length` counts where the client has not said it."""

    scope: Scope
    body: IO[bytes]
    length: int


class _File(NamedTuple):
    """A file that is still to be sent."""

    response: FileResponse
    start: Message


class _Incoming(io.RawIOBase):
    """A body that is still coming in, read from another thread than the loop's."""

    def __init__(
        self, held: bytes, last: Message, receive: Receive, loop: asyncio.AbstractEventLoop
    ) -> None:
        self._message, self._receive, self._loop = last, receive, loop
        self._left = memoryview(held)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Raises ConnectionResetError when the client went away, or sends no more."""
        while not self._left:
            if self._message["type"] == "http.disconnect":
                raise ConnectionResetError
            if not self._message.get("more_body"):
                return 0
            self._message = asyncio.run_coroutine_threadsafe(
                _next(self._receive), self._loop
            ).result()
            self._left = memoryview(self._message.get("body", b""))
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count


async def _beginning(receive: Receive) -> tuple[bytes | None, Message]:
    """The body's first HELD_BYTES or more, and the message they ended with; None where the client
    was gone at once. Who is too slow for it is taken for gone: what there is, is answered."""
    message = await receive()
    if message["type"] == "http.disconnect":
        return None, message
    held = bytearray(message.get("body", b""))
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while message.get("more_body") and len(held) < HELD_BYTES:
                message = await receive()
                held += message.get("body", b"")
    except TimeoutError:
        message = _GONE
    return bytes(held), message


def _next_block(blocks: Iterator[bytes]) -> bytes:
    return next(blocks, b"")


def _is_whole(last: Message) -> bool:
    return last["type"] == "http.request" and not last.get("more_body")


async def _next(receive: Receive) -> Message:
    try:
        return await asyncio.wait_for(receive(), PATIENCE_SECONDS)
    except TimeoutError:
        return _GONE


async def _send(send: Send, message: Message) -> None:
    await asyncio.wait_for(send(message), PATIENCE_SECONDS)


def _start(response: HttpResponseBase) -> Message:
    headers = [
        (name.encode("ascii").lower(), value.encode("latin1")) for name, value in response.items()
    ]
    headers += [
        (b"set-cookie", cookie.OutputString().encode("ascii"))
        for cookie in response.cookies.values()
    ]
    return {"type": "http.response.start", "status": response.status_code, "headers": headers}
