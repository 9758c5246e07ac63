"""From the event loop to Django's synchronous views and back, with one change of thread.

Django's own ASGI handler makes a thread for each request of a synchronous view. Here a fixed set
of threads works on requests whose body is already there, and hands back answers that are whole;
only a body or an answer that comes in parts goes back and forth
(docs/decisions/0003-process-model.md).
"""

import asyncio
import io
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any, Final

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


class Bridge(BaseHandler):
    """An ASGI application for HTTP: Django's middleware and views, in `threads` threads."""

    def __init__(self, *, threads: int) -> None:
        super().__init__()
        self.load_middleware()
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="http")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        loop = asyncio.get_running_loop()
        first = await receive()
        if first["type"] == "http.disconnect":
            return
        body: IO[bytes] = io.BytesIO(first.get("body", b""))
        if first.get("more_body"):
            body = io.BufferedReader(_Incoming(first, receive, loop))

        def push(message: Message) -> None:
            asyncio.run_coroutine_threadsafe(_send(send, message), loop).result()

        for message in await loop.run_in_executor(self._threads, self._answer, scope, body, push):
            await send(message)

    def _answer(
        self, scope: Scope, body: IO[bytes], push: Callable[[Message], None]
    ) -> list[Message]:
        """In a thread: the answer, or what is left to send of one that was streamed."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        request = ASGIRequest(scope, body)
        response = self.get_response(request)
        try:
            if isinstance(response, HttpResponse):
                return [_start(response), {"type": "http.response.body", "body": response.content}]
            if isinstance(response, FileResponse):
                response.block_size = _FILE_BLOCK
            push(_start(response))
            for part in response:
                push({"type": "http.response.body", "body": part, "more_body": True})
            return [{"type": "http.response.body"}]
        finally:
            # It also gives the connection to the database back, which is this thread's.
            response.close()


class _Incoming(io.RawIOBase):
    """A body that is still coming in, read from another thread than the loop's."""

    def __init__(self, first: Message, receive: Receive, loop: asyncio.AbstractEventLoop) -> None:
        self._message, self._receive, self._loop = first, receive, loop
        self._left = memoryview(first.get("body", b""))

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Raises ConnectionResetError when the client went away."""
        while not self._left and self._message.get("more_body"):
            self._message = asyncio.run_coroutine_threadsafe(
                _next(self._receive), self._loop
            ).result()
            if self._message["type"] == "http.disconnect":
                raise ConnectionResetError
            self._left = memoryview(self._message.get("body", b""))
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count


async def _next(receive: Receive) -> Message:
    return await receive()


async def _send(send: Send, message: Message) -> None:
    await send(message)


def _start(response: HttpResponseBase) -> Message:
    headers = [
        (name.encode("ascii").lower(), value.encode("latin1")) for name, value in response.items()
    ]
    headers += [
        (b"set-cookie", cookie.OutputString().encode("ascii"))
        for cookie in response.cookies.values()
    ]
    return {"type": "http.response.start", "status": response.status_code, "headers": headers}
