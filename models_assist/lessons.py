"""What is asked of whoever fine-tunes, and what comes of it. Needs no torch."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Protocol, Self

from labeling.questions import Question
from labeling.votes import JSON
from models_assist.heads import Prediction

Progress = Callable[[int, int], None]
"""Steps done, steps at most."""


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """What one fine-tune learns from, and what it is asked afterwards."""

    question: Question

    probe: bytes
    """The head fitted on these texts and labels, as its learner stores it."""

    texts: tuple[str, ...]

    labels: tuple[JSON, ...]
    """One a text."""

    asked: tuple[str, ...]
    """Texts that it has not seen."""

    seed: int


class Tuned(NamedTuple):
    """What became of a lesson."""

    head: bytes
    """As the probe was stored; belongs to the encoder as it is now."""
    said: list[Prediction]
    """One a text that was asked."""
    steps: int
    """So many it took."""
    seconds: float
    """Of processor time."""


class TuneFailed(Exception):
    """The process that trained is gone, stood still, or could not do it; says which."""


class Tuner(Protocol):
    """Fine-tunes one encoder, lesson by lesson, each time from its own weights."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def tune(self, lesson: Lesson, *, save_to: Path | None, progress: Progress) -> Tuned:
        """See `tune.tune`. What `progress` raises ends it. Raises `TuneFailed`."""
