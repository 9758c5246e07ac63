"""Models served inside this process: one thread, a bounded queue, people before pools."""

import logging
import math
import threading
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import NamedTuple, Self

from models_assist.inputs import Input
from models_assist.isolate import ModelHung, encode_apart
from models_assist.lanes import Lane, Portion, Request, Served
from models_assist.vectors import Encoded, TextEncoder

logger = logging.getLogger(__name__)

# Some thousand long texts. Past that, a caller does better to come back than to wait.
MAX_QUEUED_TOKENS = 400_000

# Only until the first batch has been timed.
PRESUMED_TOKENS_PER_SECOND = 2000.0

# A batch takes a second on a slow core, loading a model half a minute on a slow disk.
HANG_SECONDS = 120.0

# How often somebody who waits looks whether the model still moves.
GLANCE_SECONDS = 1.0

# A thread cannot be ended from outside. So many may be stuck before only a restart helps.
MOST_LOST = 2

Batch = list[tuple[Request, Portion]]


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


class Runtime:
    """Serves one encoder to any number of threads, and other models to those who name them. Make
    one for the process: whatever models there are, they take turns in one thread.

    The encoder is loaded by the first call, in the runtime's own thread; if that fails, whoever
    waits gets the error, and the next call tries again. Where a batch hangs, whoever waits gets
    `ModelHung`, its thread is given up, and the next call starts another with a fresh encoder.
    """

    def __init__(
        self,
        load: Callable[[], TextEncoder],
        *,
        forget: Callable[[], None] = lambda: None,
        max_queued_tokens: int = MAX_QUEUED_TOKENS,
        hang_seconds: float = HANG_SECONDS,
    ) -> None:
        """`load` and `forget` are of the encoder, see `Served`.
        `max_queued_tokens` bounds each lane by itself: bulk work never shuts people out.
        """
        self._default = Served(load, forget)
        self._max_queued_tokens = max_queued_tokens
        self._hang_seconds = hang_seconds
        self._wake = threading.Condition()
        self._interactive = Lane()
        self._bulk = Lane()
        self._in_hand: Batch = []
        self._busy_since: float | None = None
        self._lost: list[threading.Thread] = []
        self._thread: threading.Thread | None = None
        self._is_closed = False
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
        self,
        texts: Sequence[Input],
        *,
        interactive: bool = False,
        timeout: float | None = None,
        model: Served | None = None,
    ) -> Encoded:
        """Waits for the vectors of all texts, or for the states of the words of all pieces; one
        that fails is named in the answer.

        `interactive` is for a person who waits: it goes before bulk work. `model` reads them, or
        the encoder of this runtime. Raises `QueueFull`, `RuntimeClosed`, `ModelUnavailable`,
        `ModelFailed`, TimeoutError, and ValueError for more texts than the queue could ever hold.
        """
        request = Request(texts, model or self._default)
        lane = self._interactive if interactive else self._bulk
        with self._wake:
            self._admit(request, lane)
        try:
            return self._await(request, timeout)
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

    def _await(self, request: Request, timeout: float | None) -> Encoded:
        """Who waits is the watchdog: there is none to wake when nobody waits."""
        ends = math.inf if timeout is None else time.monotonic() + timeout
        while True:
            left = max(ends - time.monotonic(), 0.0)
            try:
                return request.answer.result(min(left, GLANCE_SECONDS, self._hang_seconds))
            except TimeoutError:
                if request.answer.done() or left == 0:
                    raise
                with self._wake:
                    self._give_up_hung()

    def _give_up_hung(self) -> None:
        if self._thread is None or self._busy_since is None:
            return
        if time.monotonic() - self._busy_since < self._hang_seconds:
            return
        error = ModelHung(f"The model did not come back for {self._hang_seconds:g} seconds.")
        logger.error("%s Its thread is given up.", error)
        self._lost.append(self._thread)
        self._thread = self._busy_since = None
        hung = {request.model for request, _ in self._in_hand}
        self._fail(self._in_hand, error)
        self._fail_waiting(error)
        for model in hung:
            model.forget()

    def _admit(self, request: Request, lane: Lane) -> None:
        if self._is_closed:
            raise RuntimeClosed("The encoder is shutting down.")
        self._lost = [thread for thread in self._lost if thread.is_alive()]
        if len(self._lost) >= MOST_LOST:
            raise ModelHung(f"The model hung {len(self._lost)} times. Restart the worker.")
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
                if self._is_closed or self._thread is not threading.current_thread():
                    return
                batch = self._interactive.take() or self._bulk.take()
                self._in_hand, self._busy_since = batch, time.monotonic()
            self._serve(batch)
            with self._wake:
                if self._thread is not threading.current_thread():
                    return  # It was given up, and another serves by now.
                self._in_hand, self._busy_since = [], None

    def _has_cause(self) -> bool:
        return self._is_closed or bool(self._interactive.requests or self._bulk.requests)

    def _serve(self, batch: Batch) -> None:
        model = batch[0][0].model
        try:
            encoder = model.load()
        except BaseException as error:  # noqa: BLE001 - nobody may be left waiting
            logger.warning("A model could not be loaded: %s", error)
            self._fail(batch, error)
            with self._wake:
                self._fail_waiting(error, of=model)
            return
        texts = [request.texts[index] for request, portion in batch for index in portion.indexes]
        started = time.monotonic()
        try:
            encoded = encode_apart(encoder, texts)
        except BaseException as error:
            logger.exception("A batch of %d texts could not be encoded.", len(texts))
            self._fail(batch, error)
            return
        self._time(sum(portion.tokens for _, portion in batch), time.monotonic() - started)
        self._deliver(batch, encoded)

    def _deliver(self, batch: Batch, encoded: Encoded) -> None:
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

    def _fail(self, batch: Batch, error: BaseException) -> None:
        with self._wake:
            for request, _ in batch:
                request.fail(error)
                self._interactive.drop(request)
                self._bulk.drop(request)

    def _fail_waiting(self, error: BaseException, of: Served | None = None) -> None:
        """All that waits, or what waits for one model."""
        for lane in (self._interactive, self._bulk):
            for request in [each for each in lane.requests if of is None or each.model == of]:
                request.fail(error)
                lane.drop(request)
