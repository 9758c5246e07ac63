"""What waits for an encoder: requests cut into portions, in lanes where they take turns."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from typing import NamedTuple

import numpy as np

from models_assist.inputs import Input, Pair, Picture
from models_assist.vectors import Encoded, States, TextEncoder, Vectors
from models_assist.words import Piece

# About a third of a second on one slow core: the longest a person waits behind a bulk batch.
BATCH_TOKENS = 1024

# A vision transformer cuts the usual 224 pixels a side into some 200 to 260 patches.
PICTURE_TOKENS = 256


def estimated_tokens(text: str, most: int = 256) -> int:
    """Close enough to bound a queue before the tokenizer is even loaded.

    A token is some four Latin letters or one Chinese character: three to four bytes either way.
    """
    return min(most, 2 + len(text[: 4 * most].encode(errors="replace")) // 3)


def _cost(read: Input) -> int:
    # Of a piece every token is read, in as many windows as it takes.
    if isinstance(read, Piece):
        return estimated_tokens(read.text, len(read.text))
    if isinstance(read, Picture):
        return PICTURE_TOKENS
    if isinstance(read, Pair):
        return estimated_tokens(read.text) + estimated_tokens(read.claim)
    return estimated_tokens(read)


class Served(NamedTuple):
    """A model that requests may name: how it is loaded, and forgotten when it hangs."""

    load: Callable[[], TextEncoder]
    """Asked before every batch; keeps what it loaded."""
    forget: Callable[[], None]


class Request:
    """The texts of one call, and what is known of them so far. Guarded by the runtime's lock."""

    def __init__(self, texts: Sequence[Input], model: Served) -> None:
        self.texts = texts
        self.model = model
        costs = [_cost(each) for each in texts]
        self.reads_words = any(isinstance(each, Piece) for each in texts)
        self.tokens = sum(costs)
        self.waiting = deque(_portions(costs))
        self.answer: Future[Encoded] = Future()
        self._open = len(self.waiting)
        self._vectors: Vectors | None = None
        self._states: dict[int, States] = {}
        self._failed: dict[int, str] = {}

    def add(self, indexes: Sequence[int], encoded: Encoded) -> None:
        """Notes one portion's result; the last one completes the answer."""
        if self._vectors is None:
            width = encoded.vectors.shape[1]
            self._vectors = np.empty((len(self.texts), width), dtype=np.float32)
        self._vectors[list(indexes)] = encoded.vectors
        self._states |= dict(zip(indexes, encoded.states, strict=False))
        self._failed |= {indexes[row]: reason for row, reason in encoded.failed.items()}
        self._open -= 1
        if self._open == 0 and not self.answer.done():
            self.answer.set_result(
                Encoded(
                    vectors=self._vectors,
                    failed=self._failed,
                    space=encoded.space,
                    states=tuple(self._states[at] for at in sorted(self._states)),
                )
            )

    def fail(self, error: BaseException) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)


class Portion:
    """Some texts of one request, small enough for one batch."""

    def __init__(self, indexes: list[int], tokens: int) -> None:
        self.indexes = indexes
        self.tokens = tokens


def _portions(costs: Sequence[int]) -> Iterator[Portion]:
    """Texts of like length together, so that no batch is padded much. Never none: an empty request
    is one empty portion, for its answer still has a width."""
    portion = Portion([], 0)
    for index in sorted(range(len(costs)), key=costs.__getitem__):
        if portion.indexes and portion.tokens + costs[index] > BATCH_TOKENS:
            yield portion
            portion = Portion([], 0)
        portion.indexes.append(index)
        portion.tokens += costs[index]
    yield portion


class Lane:
    """Requests that take turns, a portion each: a small one need not outwait a large one."""

    def __init__(self) -> None:
        self.requests: deque[Request] = deque()
        self.tokens = 0

    def push(self, request: Request) -> None:
        self.requests.append(request)
        self.tokens += request.tokens

    def take(self) -> list[tuple[Request, Portion]]:
        """The next batch; empty if nothing waits."""
        batch: list[tuple[Request, Portion]] = []
        left = BATCH_TOKENS
        while self.requests and (not batch or self._goes_with(batch[0][0], left)):
            request = self.requests.popleft()
            portion = request.waiting.popleft()
            if request.waiting:
                self.requests.append(request)
            batch.append((request, portion))
            left -= portion.tokens
        self.tokens -= sum(portion.tokens for _, portion in batch)
        return batch

    def _goes_with(self, first: Request, left: int) -> bool:
        """Whether the next in turn still has room, and asks the same model the same way."""
        following = self.requests[0]
        if (following.model, following.reads_words) != (first.model, first.reads_words):
            return False
        return following.waiting[0].tokens <= left

    def drop(self, request: Request) -> None:
        """Forgets what is left of a request, if anything is."""
        if request in self.requests:
            self.requests.remove(request)
            self.tokens -= sum(portion.tokens for portion in request.waiting)
            request.waiting.clear()
