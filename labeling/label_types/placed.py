"""What spans and boxes have in common: a label is shapes, and each place is decided by itself."""

# ruff: noqa: ARG002 - a label type is handed all that some label type needs.

from collections.abc import Hashable, Sequence
from typing import TypeVar

from labeling.label_types.base import LabelType
from labeling.places import decided_in, share_of, unmarked
from labeling.polls import PollResult
from labeling.questions import Question

ShapesT = TypeVar("ShapesT", bound=tuple[Hashable, ...])


class Placed(LabelType[ShapesT]):
    """A label is a tuple of shapes, which `labeling.places` brings together."""

    def decided(self, results: Sequence[PollResult], question: Question) -> Sequence[int]:
        """Return the category or nothing, by place."""
        return decided_in(results)

    def fold(self, sure: Sequence[float], overlooked: float = 0.0) -> float:
        """Return the expected share of places decided rightly; without places, 1."""
        return share_of(sure, overlooked)

    def overlooked(self, found: Sequence[float], silent: Sequence[float]) -> float:
        """Return how many places are expected that nobody marked."""
        return unmarked(found, silent)
