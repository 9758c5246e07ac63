"""An encoder served inside this process: one thread, a bounded queue, people before pools."""

import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from types import TracebackType
from typing import NamedTuple, Self

import numpy as np

from models_assist.vectors import Encoded, TextEncoder, Vectors

logger = logging.getLogger(__name__)

# About a third of a second on one slow core: the longest a person waits behind a bulk batch.
BATCH_TOKENS = 1024

# Some thousand long texts. Past that, a caller does better to come back than to wait.
MAX_QUEUED_TOKENS = 400_000

# Only until the first batch has been timed.
PRESUMED_TOKENS_PER_SECOND = 2000.0


class QueueFull(Exception):
    """The encoder has more to do than it may take on. Try again after `retry_after` seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"The encoder is busy. Try again in {retry_after} seconds.")
        self.retry_after = retry_after


class Load(NamedTuple):
    """Tokens that wait, of people and of pools, and how fast the encoder was lately."""

    interactive_tokens: int
    bulk_tokens: int
    tokens_per_second: float


class RuntimeClosed(Exception):
    """The encoder is shutting down and takes no more texts."""


def estimated_tokens(text: str, most: int = 256) -> int:
    """Close enough to bound a queue before the tokenizer is even loaded.

    A token is some four Latin letters or one Chinese character: three to four bytes either way.
    """
    return min(most, 2 + len(text[: 4 * most].encode(errors="replace")) // 3)


class _Request:
    """The texts of one call, and what is known of them so far. Guarded by the runtime's lock."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        costs = [estimated_tokens(text) for text in texts]
        self.tokens = sum(costs)
        self.waiting = deque(_portions(costs))
        self.answer: Future[Encoded] = Future()
        self._open = len(self.waiting)
        self._vectors: Vectors | None = None
        self._failed: dict[int, str] = {}

    def add(self, indexes: Sequence[int], encoded: Encoded) -> None:
        """Notes one portion's result; the last one completes the answer."""
        if self._vectors is None:
            width = encoded.vectors.shape[1]
            self._vectors = np.empty((len(self.texts), width), dtype=np.float32)
        self._vectors[list(indexes)] = encoded.vectors
        self._failed |= {indexes[row]: reason for row, reason in encoded.failed.items()}
        self._open -= 1
        if self._open == 0 and not self.answer.done():
            self.answer.set_result(
                Encoded(vectors=self._vectors, failed=self._failed, space=encoded.space)
            )

    def fail(self, error: BaseException) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)


class _Portion:
    """Some texts of one request, small enough for one batch."""

    def __init__(self, indexes: list[int], tokens: int) -> None:
        self.indexes = indexes
        self.tokens = tokens


def _portions(costs: Sequence[int]) -> Iterator[_Portion]:
    """Texts of like length together, so that no batch is padded much. Never none: an empty request
    is one empty portion, for its answer still has a width."""
    portion = _Portion([], 0)
    for index in sorted(range(len(costs)), key=costs.__getitem__):
        if portion.indexes and portion.tokens + costs[index] > BATCH_TOKENS:
            yield portion
            portion = _Portion([], 0)
        portion.indexes.append(index)
        portion.tokens += costs[index]
    yield portion


class _Lane:
    """Requests that take turns, a portion each: a small one need not outwait a large one."""

    def __init__(self) -> None:
        self.requests: deque[_Request] = deque()
        self.tokens = 0

    def push(self, request: _Request) -> None:
        self.requests.append(request)
        self.tokens += request.tokens

    def take(self) -> list[tuple[_Request, _Portion]]:
        """The next batch; empty if nothing waits."""
        batch: list[tuple[_Request, _Portion]] = []
        left = BATCH_TOKENS
        while self.requests and (not batch or self.requests[0].waiting[0].tokens <= left):
            request = self.requests.popleft()
            portion = request.waiting.popleft()
            if request.waiting:
                self.requests.append(request)
            batch.append((request, portion))
            left -= portion.tokens
        self.tokens -= sum(portion.tokens for _, portion in batch)
        return batch

    def drop(self, request: _Request) -> None:
        """Forgets what is left of a request, if anything is."""
        if request in self.requests:
            self.requests.remove(request)
            self.tokens -= sum(portion.tokens for portion in request.waiting)
            request.waiting.clear()


class Runtime:
    """Serves one encoder to any number of threads. Make one for the process.

    The encoder is loaded by the first call, in the runtime's own thread; if that fails, whoever
    waits gets the error, and the next call tries again.
    """

    def __init__(
        self, load: Callable[[], TextEncoder], *, max_queued_tokens: int = MAX_QUEUED_TOKENS
    ) -> None:
        """`max_queued_tokens` bounds each lane by itself: bulk work never shuts people out."""
        self._load = load
        self._max_queued_tokens = max_queued_tokens
        self._wake = threading.Condition()
        self._interactive = _Lane()
        self._bulk = _Lane()
        self._thread: threading.Thread | None = None
        self._is_closed = False
        self._encoder: TextEncoder | None = None
        self._tokens_per_second = PRESUMED_TOKENS_PER_SECOND

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def encode(
        self, texts: Sequence[str], *, interactive: bool = False, timeout: float | None = None
    ) -> Encoded:
        """Waits for the vectors of all texts; a text that fails is named in the answer.

        `interactive` is for a person who waits: it goes before bulk work. Raises `QueueFull`,
        `RuntimeClosed`, `ModelUnavailable`, TimeoutError, and ValueError for more texts than the
        queue could ever hold.
        """
        request = _Request(texts)
        lane = self._interactive if interactive else self._bulk
        with self._wake:
            self._admit(request, lane)
        try:
            return request.answer.result(timeout)
        finally:
            with self._wake:
                lane.drop(request)

    def load(self) -> Load:
        """How busy it is now."""
        with self._wake:
            lanes = self._interactive.tokens, self._bulk.tokens
            return Load(*lanes, self._tokens_per_second)

    def close(self, timeout: float = 10.0) -> None:
        """Refuses what waits and what comes; returns when the batch in hand is done."""
        with self._wake:
            self._is_closed = True
            self._fail_waiting(RuntimeClosed("The encoder is shutting down."))
            self._wake.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(timeout)

    def _admit(self, request: _Request, lane: _Lane) -> None:
        if self._is_closed:
            raise RuntimeClosed("The encoder is shutting down.")
        if request.tokens > self._max_queued_tokens:
            raise ValueError(
                f"About {request.tokens} tokens in one call, but the queue holds "
                f"{self._max_queued_tokens}. Send fewer texts at once."
            )
        if lane.tokens + request.tokens > self._max_queued_tokens:
            raise QueueFull(max(1, math.ceil(lane.tokens / self._tokens_per_second)))
        lane.push(request)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="encoder", daemon=True)
            self._thread.start()
        self._wake.notify_all()

    def _run(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(self._has_cause)
                if self._is_closed:
                    return
                batch = self._interactive.take() or self._bulk.take()
            try:
                encoder = self._loaded()
            except BaseException as error:  # noqa: BLE001 - nobody may be left waiting
                logger.warning("The encoder could not be loaded: %s", error)
                self._fail(batch, error)
                with self._wake:
                    self._fail_waiting(error)
                continue
            self._serve(encoder, batch)

    def _has_cause(self) -> bool:
        return self._is_closed or bool(self._interactive.requests or self._bulk.requests)

    def _loaded(self) -> TextEncoder:
        if self._encoder is None:
            self._encoder = self._load()
        return self._encoder

    def _serve(self, encoder: TextEncoder, batch: list[tuple[_Request, _Portion]]) -> None:
        texts = [request.texts[index] for request, portion in batch for index in portion.indexes]
        started = time.monotonic()
        try:
            encoded = encoder.encode(texts)
        except BaseException as error:
            # Not only Exception: a panic in the tokenizer is none, and nobody may be left waiting.
            if len(batch) > 1:
                # One caller's texts must not cost another's theirs.
                for part in batch:
                    self._serve(encoder, [part])
                return
            logger.exception("A batch of %d texts could not be encoded.", len(texts))
            self._fail(batch, error)
            return
        self._time(sum(portion.tokens for _, portion in batch), time.monotonic() - started)
        self._deliver(batch, encoded)

    def _deliver(self, batch: list[tuple[_Request, _Portion]], encoded: Encoded) -> None:
        start = 0
        with self._wake:
            for request, portion in batch:
                stop = start + len(portion.indexes)
                request.add(portion.indexes, encoded.part(start, stop))
                start = stop

    def _time(self, tokens: int, seconds: float) -> None:
        if tokens and seconds > 0:
            # Half new, half old: quick to notice a busy machine, slow to believe one odd batch.
            self._tokens_per_second = (self._tokens_per_second + tokens / seconds) / 2

    def _fail(self, batch: list[tuple[_Request, _Portion]], error: BaseException) -> None:
        with self._wake:
            for request, _ in batch:
                request.fail(error)
                self._interactive.drop(request)
                self._bulk.drop(request)

    def _fail_waiting(self, error: BaseException) -> None:
        for lane in (self._interactive, self._bulk):
            for request in list(lane.requests):
                request.fail(error)
                lane.drop(request)
