"""What is asked of whoever fine-tunes, and what comes of it. Needs no torch."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Protocol, Self

import numpy as np

from labeling.questions import Question
from labeling.votes import JSON
from models_assist.heads import Prediction

SET_ASIDE = 6
"""One label in so many is not learnt from, but tells when to stop."""

Progress = Callable[[int, int], None]
"""Steps done, steps at most."""


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """What one fine-tune learns from, and what it is asked afterwards."""

    question: Question

    probe: bytes
    """The head fitted on these texts but those set aside, as its learner stores it. One that knew
    their labels would look better on them than anything that comes after."""

    texts: tuple[str, ...]

    labels: tuple[JSON, ...]
    """One a text."""

    aside: tuple[int, ...]
    """Places of the texts that are not learnt from, but tell when to stop."""

    asked: tuple[str, ...]
    """Texts that it has not seen."""

    seed: int


def set_aside(count: int, seed: int) -> tuple[list[int], list[int]]:
    """Places of so many texts: those to learn from, and those to set aside, by chance."""
    order = np.random.default_rng(seed).permutation(count).tolist()
    aside = max(1, count // SET_ASIDE)
    return sorted(order[aside:]), sorted(order[:aside])


class Tuned(NamedTuple):
    """What became of a lesson."""

    head: bytes
    """As the probe was stored; belongs to the encoder as it is now."""
    said: list[Prediction]
    """One a text that was asked."""
    steps: int
    """After so many it was best; 0: it never beat the probe on what it held out."""
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
