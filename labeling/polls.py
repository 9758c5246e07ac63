"""What is put to the vote about an item, and how it came out: between label types and the engine.

A label may decide several things: a set of categories decides each category, boxes decide of each
place in the picture whether something is there and what. Each is a poll over a few classes. The
label type turns the labels of an item into polls, the engine counts them without knowing what they
are about, and the label type makes one label of what came out.
"""

from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple

from labeling.voting import ROUNDING

ABSTAINS = -1
"""Stands for the class of a worker whose label says nothing of the poll."""


class Poll(NamedTuple):
    """One thing that the labels of an item decide."""

    classes: tuple[int, ...]
    """By label of the item: the class it votes for, 0 to class_count - 1, or ABSTAINS."""
    class_count: int
    family: str = ""
    """Polls of one family are counted together: workers err alike in them. All of one
    class_count."""
    group: Hashable = None
    """Polls of one group have each class equally often; None: of the family."""
    subject: Hashable = None
    """What the poll is about; only the label type reads it."""
    made_by: tuple[int, ...] | None = None
    """The labels without which there would be no such poll; None: it is there in any case."""


def votes_in(polls: Iterable[tuple[Sequence[int], Poll]]) -> list[tuple[int, int, int]]:
    """Return (poll, worker, class) of every vote; the polls are numbered from 0.

    With each poll come its workers, in its order; a label behind theirs is not one of theirs.
    """
    return [
        (number, worker, said)
        for number, (workers, poll) in enumerate(polls)
        for worker, said in zip(workers, poll.classes, strict=False)
        if said != ABSTAINS
    ]


class PollResult(NamedTuple):
    """What came out of a poll."""

    poll: Poll
    posterior: tuple[float, ...]
    """By class; sums to 1."""

    @property
    def likeliest(self) -> int:
        """The most probable class; the first of equals."""
        return first_best(self.posterior)


def first_best(chances: Sequence[float]) -> int:
    """Return the place of the greatest; the first of those that differ by rounding only."""
    least = max(chances) - ROUNDING
    return next(place for place, chance in enumerate(chances) if chance >= least)
