"""A network that misbehaves: it stands before a server and delays, cuts and loses what passes.

The worst it does is to lose a reply: the server has done the work and said so, and the client
never hears of it. Whoever asks again must then be told the same, and nothing may be done twice.
"""

import asyncio
import threading
from collections import Counter
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any, Literal, TypeAlias, TypeVar

T = TypeVar("T")

Address: TypeAlias = tuple[str, int] | Path
"""Host and port, or the file of a Unix socket."""
Fault: TypeAlias = Literal["delayed", "cut", "lost", "halved"]

_BLOCK_BYTES = 64 * 1024
_PATIENCE_SECONDS = 10.0


@dataclass(kw_only=True)
class Faults:
    """What share of the requests meets what; may be changed while the proxy runs."""

    delayed: float = 0.0
    delay_seconds: float = 0.1
    cut: float = 0.0
    """Half of the request arrives, then the connection ends on both sides."""
    lost: float = 0.0
    """The request arrives and is carried out; its reply is dropped and the connection ends."""
    halved: float = 0.0
    """The same, but half of the reply's first bytes still come through."""

    @classmethod
    def everything(cls, share: float) -> "Faults":
        """A quarter of `share` each."""
        part = share / 4
        return cls(delayed=part, cut=part, lost=part, halved=part)


class Proxy:
    """Listens on 127.0.0.1, in a thread with an event loop of its own.

    With others `beside` the target, connections go to each in turn, as a balancer has it.
    """

    def __init__(
        self,
        target: Address,
        faults: Faults | None = None,
        *,
        seed: int = 1,
        beside: tuple[Address, ...] = (),
    ) -> None:
        self.faults = faults or Faults()
        self.done: Counter[Fault] = Counter()
        """How often each fault happened."""
        self._targets = cycle((target, *beside))
        self._rng = Random(seed)  # noqa: S311 - no secret
        self._open: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._run(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = int(self._server.sockets[0].getsockname()[1])

    def cut_all(self) -> int:
        """End all connections at once, without a word; answers how many there were."""
        return self._run(self._cut_all())

    def close(self) -> None:
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_PATIENCE_SECONDS)
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_PATIENCE_SECONDS)

    async def _cut_all(self) -> int:
        count = len(self._serving)
        for writer in self._open:
            writer.transport.abort()
        return count

    async def _close(self) -> None:
        self._server.close()
        await self._cut_all()
        await asyncio.gather(*self._serving, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - we are in one
        self._serving.add(task)
        self._open.add(writer)
        try:
            with suppress(OSError):
                await self._carry(reader, writer)
        finally:
            writer.transport.abort()
            self._open.discard(writer)
            self._serving.discard(task)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        target = next(self._targets)
        if isinstance(target, Path):
            from_server, to_server = await asyncio.open_unix_connection(target)
        else:
            from_server, to_server = await asyncio.open_connection(*target)
        self._open.add(to_server)
        # What meets the request that is under way; a reply ends it.
        fates: list[Fault | None] = []
        ways = (
            asyncio.create_task(self._requests(reader, to_server, fates)),
            asyncio.create_task(self._replies(from_server, writer, fates)),
        )
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            to_server.close()
            self._open.discard(to_server)

    async def _requests(
        self, reader: asyncio.StreamReader, to: asyncio.StreamWriter, fates: list[Fault | None]
    ) -> None:
        while block := await reader.read(_BLOCK_BYTES):
            if not fates:
                fates.append(self._draw())
            if fates[0] == "cut":
                to.write(block[: len(block) // 2])
                await to.drain()
                return
            to.write(block)
            await to.drain()

    async def _replies(
        self, reader: asyncio.StreamReader, to: asyncio.StreamWriter, fates: list[Fault | None]
    ) -> None:
        while block := await reader.read(_BLOCK_BYTES):
            fate = fates.pop() if fates else None
            if fate == "delayed":
                await asyncio.sleep(self.faults.delay_seconds)
            if fate in {"lost", "halved"}:
                to.write(block[: len(block) // 2] if fate == "halved" else b"")
                await to.drain()
                return
            to.write(block)
            await to.drain()

    def _draw(self) -> Fault | None:
        faults = self.faults
        kinds: tuple[tuple[Fault, float], ...] = (
            ("delayed", faults.delayed),
            ("cut", faults.cut),
            ("lost", faults.lost),
            ("halved", faults.halved),
        )
        point = self._rng.random()
        for kind, share in kinds:
            if point < share:
                self.done[kind] += 1
                return kind
            point -= share
        return None


@contextmanager
def running_proxy(
    target: Address, faults: Faults | None = None, *, seed: int = 1
) -> Iterator[Proxy]:
    """Listening until the end of the block."""
    proxy = Proxy(target, faults, seed=seed)
    try:
        yield proxy
    finally:
        proxy.close()
