"""Fine-tuning in a process of its own: whatever becomes of it, those that serve go on.

A step of training takes longer than a person should wait behind, and holds gradients and what an
optimiser remembers beside the weights. So it does not go through the runtime's thread, but has its
own process: one thread, of low priority, ended at any moment and never missed.
"""

import multiprocessing
import os
import time
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Self

from models_assist.catalogue import ModelSpec
from models_assist.lessons import Lesson, Progress, Tuned, TuneFailed
from models_assist.tune import tune
from models_assist.weights import ModelUnavailable

NICE = 10
GLANCE_SECONDS = 1.0
GOODBYE_SECONDS = 5.0


class ApartTuner:
    """A `Tuner` whose process lives as long as its `with`."""

    def __init__(self, spec: ModelSpec, hang_seconds: float) -> None:
        """A process that says nothing for `hang_seconds` is given up."""
        self._hang_seconds = hang_seconds
        # Not by fork: this process has threads, and torch does not survive that.
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=work, args=(spec, theirs), name="tuner", daemon=True
        )
        self._process.start()
        theirs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.join(GOODBYE_SECONDS)
        self._pipe.close()

    def tune(self, lesson: Lesson, *, save_to: Path | None, progress: Progress) -> Tuned:
        """As every `Tuner` does."""
        self._pipe.send((lesson, save_to))
        heard, done, total = time.monotonic(), 0, 1
        while True:
            if self._pipe.poll(GLANCE_SECONDS):
                said = self._receive()
                heard = time.monotonic()
                if isinstance(said, Tuned):
                    return said
                if isinstance(said, BaseException):
                    raise said
                done, total = said
            elif time.monotonic() - heard > self._hang_seconds:
                raise TuneFailed(f"The fine-tune stood still for {self._hang_seconds:g} seconds.")
            progress(done, total)

    def _receive(self) -> Tuned | tuple[int, int] | BaseException:
        try:
            said: Tuned | tuple[int, int] | BaseException = self._pipe.recv()
        except EOFError:
            self._process.join(GOODBYE_SECONDS)
            code = self._process.exitcode
            raise TuneFailed(f"The process that fine-tuned ended (exit code {code}).") from None
        return said


def work(spec: ModelSpec, pipe: Connection) -> None:
    """The process itself: until nobody is at the other end of the pipe."""
    os.nice(NICE)
    try:
        while True:
            lesson, save_to = pipe.recv()
            pipe.send(_tuned(spec, lesson, save_to, pipe))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # Who asked has died. At every step it is seen, so nothing trains on for nobody.


def _tuned(
    spec: ModelSpec, lesson: Lesson, save_to: Path | None, pipe: Connection
) -> Tuned | BaseException:
    def progress(done: int, total: int) -> None:
        pipe.send((done, total))

    try:
        return tune(spec, lesson, save_to=save_to, progress=progress)
    except ModelUnavailable as error:
        return TuneFailed(str(error))
    except (BrokenPipeError, ConnectionResetError):
        raise
    except (ValueError, TypeError, RuntimeError, MemoryError, OSError) as error:
        return TuneFailed(f"{type(error).__name__}: {str(error)[:300]}")
