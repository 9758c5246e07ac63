"""Workers in a closed loop, with or without time to think, in processes of their own.

They share the cores with the server that is measured, so they are kept cheap: bytes on a socket
and no library of HTTP, whose own work would be a third of what two cores can do.
"""

import http
import multiprocessing
import socket
import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, NamedTuple

import orjson

_MOST_PROCESSES = 4
# Two of three say the same on average, so that items settle, ask again and are disputed.
_USUAL_SHARE = 0.85
# The server closes a connection that was idle for five seconds.
_LONGEST_PAUSE = 4.0


class Manner(NamedTuple):
    """How workers go about it."""

    pause: float = 0.0
    """Seconds a worker thinks before each answer, on average; the times are exponential."""
    claims: int = 0
    """Each so many cycles a worker claims in a request of its own; 0: the first time alone."""


STEADY = Manner()


@dataclass(kw_only=True)
class Work:
    """What a crowd has done."""

    judgments: list[int] = field(default_factory=list)
    """The ids that the server acknowledged."""
    latencies_ms: list[float] = field(default_factory=list)
    """Of each submit, with its next item unless that is claimed apart."""
    claims_ms: list[float] = field(default_factory=list)
    """Of each claim in a request of its own."""
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)


def by_token(key: str) -> str:
    """The header of who asks with a token."""
    return f"Authorization: Token {key}"


def work(
    *, port: int, project: int, callers: Sequence[str], cycles: int, manner: Manner = STEADY
) -> Work:
    """`cycles` submits in all, shared evenly among workers who send these headers."""
    count = len(callers)
    shares = [cycles // count + (n < cycles % count) for n in range(count)]
    plan = [pair for pair in zip(callers, shares, strict=True) if pair[1]]
    context = multiprocessing.get_context("spawn")
    count = min(_MOST_PROCESSES, len(plan))
    barrier, results = context.Barrier(count + 1), context.Queue()
    children = [
        context.Process(
            target=_process,
            args=((port, project), plan[n::count], manner, barrier, results),
            daemon=True,
        )
        for n in range(count)
    ]
    for child in children:
        child.start()
    barrier.wait(60)
    began = time.monotonic()
    total = Work()
    for _ in children:
        part = results.get()
        total.judgments += part.judgments
        total.latencies_ms += part.latencies_ms
        total.claims_ms += part.claims_ms
        total.problems += part.problems
    total.seconds = time.monotonic() - began
    for child in children:
        child.join()
    return total


def _process(
    place: tuple[int, int],
    plan: list[tuple[str, int]],
    manner: Manner,
    barrier: Any,
    results: Any,
) -> None:
    done = Work()
    threads = [
        threading.Thread(target=_Worker(*place, caller, done).run, args=(share, manner))
        for caller, share in plan
    ]
    barrier.wait(60)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results.put(done)


class _Worker:
    def __init__(self, port: int, project: int, caller: str, done: Work) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=120)
        self._headers = f"Host: 127.0.0.1:{port}\r\n{caller}\r\nContent-Type: application/json"
        self._project = project
        self._rng = Random(caller)  # noqa: S311 - no secret
        self._done = done

    def run(self, cycles: int, manner: Manner) -> None:
        assignment = None
        for left in range(cycles, 0, -1):
            assignment = assignment or self._claim()
            if assignment is None:
                self._done.problems.append("nothing was left to claim")
                return
            if manner.pause:
                time.sleep(min(self._rng.expovariate(1.0 / manner.pause), _LONGEST_PAUSE))
            is_apart = manner.claims and left % manner.claims == 0
            assignment = self._submit(assignment["id"], wants_next=left > 1 and not is_apart)

    def _claim(self) -> dict[str, Any] | None:
        began = time.perf_counter()
        leases = self._post(f"projects/{self._project}/claim/", {})["assignments"]
        self._done.claims_ms.append((time.perf_counter() - began) * 1000)
        return leases[0] if leases else None

    def _submit(self, assignment: str, *, wants_next: bool) -> dict[str, Any] | None:
        usual = self._rng.random() < _USUAL_SHARE
        body = {
            "submission_id": str(uuid.uuid4()),
            "answer": {"tone": "good" if usual else "bad"},
            "next": wants_next,
        }
        began = time.perf_counter()
        answer = self._post(f"assignments/{assignment}/submit/", body)
        self._done.latencies_ms.append((time.perf_counter() - began) * 1000)
        self._done.judgments.append(answer["judgment"])
        following: dict[str, Any] | None = answer["next"]
        return following

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        raw = orjson.dumps(body)
        head = f"POST /api/v1/{path} HTTP/1.1\r\n{self._headers}\r\nContent-Length: {len(raw)}"
        self._socket.sendall(head.encode() + b"\r\n\r\n" + raw)
        status, content = self._read()
        if status != http.HTTPStatus.OK:
            raise RuntimeError(f"{path}: {status} {content[:300]!r}")
        return orjson.loads(content)

    def _read(self) -> tuple[int, bytes]:
        """Status and body of an answer, which comes with its length."""
        received = self._socket.recv(65_536)
        while b"\r\n\r\n" not in received:
            received += self._receive()
        head, _, content = received.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        while len(content) < length:
            content += self._receive()
        return int(head[9:12]), content

    def _receive(self) -> bytes:
        part = self._socket.recv(65_536)
        if not part:
            raise ConnectionResetError
        return part
