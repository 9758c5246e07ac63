"""A crowd that keeps a history of what it asked and what it was told, through any storm.

After Jepsen: a request ends `ok`, `refused`, or `unknown` when no answer came. A worker asks again
with the same submission id until the outcome is known, as the browser's outbox does.
"""

import http.client
import json
import threading
import time
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Literal

Outcome = Literal["ok", "refused", "unknown"]

_TIMEOUT = 20.0
_PAUSES = (0.05, 0.1, 0.2, 0.5)
# Somebody who waits longer would have called for help.
_MOST_PATIENCE = 120.0
_REPLAYED, _RACED = 0.05, 0.03
# The others claim anew: both ways to an item are in the storm.
_TAKES_NEXT = 0.6
_RACERS = 4
_USUAL_SHARE = 0.8
# An empty queue may fill again: an item whose votes differ asks for one more.
_EMPTY_LOOKS = 6
_EMPTY_PAUSE = 0.5


@dataclass(kw_only=True)
class Operation:
    """One request. Times are seconds of the monotonic clock."""

    worker: int
    kind: Literal["claim", "submit", "replay", "race"]
    submission: str
    began: float
    ended: float
    outcome: Outcome
    detail: str = ""


@dataclass(kw_only=True)
class History:
    """What all workers did; safe to use from their threads."""

    operations: list[Operation] = field(default_factory=list)
    acknowledged: dict[str, int] = field(default_factory=dict)
    """Submission id to the judgment that the server named."""
    attempted: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, operation: Operation) -> None:
        with self.lock:
            self.operations.append(operation)

    def blame(self, problem: str) -> None:
        with self.lock:
            self.problems.append(problem)

    def acknowledge(self, submission: str, judgment: int) -> None:
        with self.lock:
            known = self.acknowledged.setdefault(submission, judgment)
        if known != judgment:
            self.blame(f"submission {submission} was judgment {known} and is {judgment} now")

    def unknown(self) -> Counter[str]:
        """The requests without an answer, by what came instead."""
        return Counter(o.detail for o in self.operations if o.outcome == "unknown")

    def save(self, path: Path) -> None:
        with path.open("w", encoding="utf-8") as file:
            for operation in self.operations:
                file.write(json.dumps(asdict(operation)) + "\n")


@dataclass(kw_only=True)
class Reply:
    status: int
    body: Any


class HistoryWorker:
    """A crowd worker who works until nothing is left for long enough."""

    def __init__(
        self, number: int, ports: Sequence[int], project: int, key: str, history: History
    ) -> None:
        self._number = number
        # Of web servers that are all the same to the worker; one that does not answer is left.
        self._ports = [*ports[number % len(ports) :], *ports[: number % len(ports)]]
        self._project = project
        self._headers = {"Authorization": f"Token {key}", "Content-Type": "application/json"}
        self._rng = Random(f"{number}:{key}")  # noqa: S311 - no secret
        self._history = history
        self._connection: http.client.HTTPConnection | None = None
        self._given: list[tuple[str, dict[str, Any], int]] = []

    def run(self) -> None:
        try:
            self._work()
        finally:
            if self._connection is not None:
                self._connection.close()

    def _work(self) -> None:
        looks = 0
        following: dict[str, Any] | None = None
        while looks < _EMPTY_LOOKS:
            try:
                assignment = following or self._claim()
            except TimeoutError as error:
                self._history.blame(f"worker {self._number}: {error}")
                return
            if assignment is None:
                looks += 1
                time.sleep(_EMPTY_PAUSE)
                continue
            looks = 0
            following = self._judge(assignment)

    def _claim(self) -> dict[str, Any] | None:
        path = f"projects/{self._project}/claim/"
        reply = self._insist("claim", "", path, {})
        while reply.status == http.HTTPStatus.TOO_MANY_REQUESTS:
            # Answers are thrown like dice, so the ladder slows a worker down now and then.
            time.sleep(float(reply.body["extra"]["retry_after"]))
            reply = self._insist("claim", "", path, {})
        if reply.status != http.HTTPStatus.OK:
            self._history.blame(f"a claim was refused: {reply.status} {reply.body}")
            return None
        leases = reply.body["assignments"]
        return leases[0] if leases else None

    def _judge(self, assignment: dict[str, Any]) -> dict[str, Any] | None:
        """Answers the next item when it came with the reply."""
        usual = self._rng.random() < _USUAL_SHARE
        submission = str(uuid.UUID(int=self._rng.getrandbits(128), version=4))
        body = {
            "submission_id": submission,
            "answer": {"tone": "good" if usual else "bad"},
            "next": self._rng.random() < _TAKES_NEXT,
        }
        with self._history.lock:
            self._history.attempted.add(submission)
        path = f"assignments/{assignment['id']}/submit/"
        if self._rng.random() < _RACED:
            self._race(submission, path, body)
        reply = self._insist("submit", submission, path, body)
        if reply.status != http.HTTPStatus.OK:
            self._history.blame(f"a submit was refused: {reply.status} {reply.body}")
            return None
        self._history.acknowledge(submission, reply.body["judgment"])
        self._given.append((path, body, reply.body["judgment"]))
        following: dict[str, Any] | None = reply.body["next"]
        if self._rng.random() < _REPLAYED:
            self._replay()
        return following

    def _replay(self) -> None:
        """An old answer again, as a browser sends it that never saw the reply."""
        path, body, judgment = self._rng.choice(self._given)
        reply = self._insist("replay", body["submission_id"], path, body)
        if reply.status != http.HTTPStatus.OK or reply.body["judgment"] != judgment:
            self._history.blame(f"a replay of judgment {judgment} got {reply.status} {reply.body}")

    def _race(self, submission: str, path: str, body: dict[str, Any]) -> None:
        """The same answer several times at once: a key that is held down, or two tabs."""

        def send() -> None:
            connection = _connect(self._rng.choice(self._ports))
            reply = self._once("race", submission, path, body, connection)
            connection.close()
            if reply is not None and reply.status == http.HTTPStatus.OK:
                self._history.acknowledge(submission, reply.body["judgment"])

        racers = [threading.Thread(target=send) for _ in range(_RACERS)]
        for racer in racers:
            racer.start()
        for racer in racers:
            racer.join()

    def _insist(
        self,
        kind: Literal["claim", "submit", "replay"],
        submission: str,
        path: str,
        body: dict[str, Any],
    ) -> Reply:
        """Ask until the outcome is known. Raises TimeoutError after _MOST_PATIENCE seconds."""
        deadline = time.monotonic() + _MOST_PATIENCE
        tries = 0
        while time.monotonic() < deadline:
            if self._connection is None:
                self._connection = _connect(self._ports[tries % len(self._ports)])
            reply = self._once(kind, submission, path, body, self._connection)
            if reply is not None:
                return reply
            self._connection.close()
            self._connection = None
            time.sleep(_PAUSES[min(tries, len(_PAUSES) - 1)] * (1 + self._rng.random()))
            tries += 1
        message = f"{kind} had no answer for {_MOST_PATIENCE:.0f} seconds"
        raise TimeoutError(message)

    def _once(
        self,
        kind: Literal["claim", "submit", "replay", "race"],
        submission: str,
        path: str,
        body: dict[str, Any],
        connection: http.client.HTTPConnection,
    ) -> Reply | None:
        """None where the outcome is unknown: no answer, or one of trouble on the server's side."""
        began = time.monotonic()
        reply, detail = None, ""
        outcome: Outcome = "unknown"
        try:
            connection.request("POST", f"/api/v1/{path}", json.dumps(body), self._headers)
            response = connection.getresponse()
            content = response.read()
            if response.status < http.HTTPStatus.INTERNAL_SERVER_ERROR:
                reply = Reply(status=response.status, body=json.loads(content))
                outcome = "ok" if response.status == http.HTTPStatus.OK else "refused"
            else:
                detail = f"{response.status}"
        except (OSError, http.client.HTTPException) as error:
            detail = type(error).__name__
        self._history.note(
            Operation(
                worker=self._number,
                kind=kind,
                submission=submission,
                began=began,
                ended=time.monotonic(),
                outcome=outcome,
                detail=detail,
            )
        )
        return reply


def _connect(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT)


def start_workers(
    *, ports: Sequence[int], project: int, keys: Sequence[str], history: History
) -> list[threading.Thread]:
    """One thread a key, already running."""
    threads = [
        threading.Thread(target=HistoryWorker(number, ports, project, key, history).run)
        for number, key in enumerate(keys)
    ]
    for thread in threads:
        thread.start()
    return threads
