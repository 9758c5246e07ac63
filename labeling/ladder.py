"""The ladder: what follows for a worker whose judgments tell little, step by step and back.

A worker is compared with what a judgment of the project tells on average, in nats. Nobody steps
down by noise: what counts is the upper bound of what the worker's judgments may tell, after a
minimum of evidence, one step a refresh. Each step is taken back when that bound has recovered by
a margin, so that nobody swings between two rungs.
"""

from dataclasses import dataclass
from enum import Enum

FEWEST_JUDGMENTS = 20
FEWEST_GOLD = 8
"""Below both nobody is judged: the worker stands at the foot of the ladder."""
MARGIN = 0.1
"""So much more than what led to a rung has to be possible before the rung is left."""


class Rung(Enum):
    """From nothing at all to no work at all."""

    NONE = "none"
    HINT = "hint"  # a message
    SLOWER = "slower"  # a pause between two items
    OTHER_TIER = "other_tier"  # only items whose answer is known
    PAUSED = "paused"  # nothing new; what is held is still taken


LADDER = tuple(Rung)
FALLS_BELOW = {
    Rung.HINT: 0.7,
    Rung.SLOWER: 0.55,
    Rung.OTHER_TIER: 0.45,
    Rung.PAUSED: 0.35,
}
"""A rung is for who tells less than this share of the average, even at the upper bound."""


class Why(Enum):
    """What decided the step."""

    TOO_LITTLE = "too_little_evidence"
    GOOD = "good_enough"
    BELOW = "below_bound"
    WITHIN_MARGIN = "within_margin"
    RECOVERED = "recovered"
    OFF = "ladder_off"


@dataclass(frozen=True, kw_only=True)
class Record:
    """What is known of a worker, as shares of what a judgment tells on average."""

    judgments: int
    gold: int
    """How many of them were of items whose answer is known."""
    value: float
    lower: float
    upper: float

    @property
    def is_enough(self) -> bool:
        """Whether there is the evidence to judge a worker at all."""
        return self.judgments >= FEWEST_JUDGMENTS or self.gold >= FEWEST_GOLD


@dataclass(frozen=True, kw_only=True)
class Step:
    """Where a worker stands after a refresh, and why."""

    rung: Rung
    why: Why


def next_rung(record: Record, current: Rung, *, without: frozenset[Rung] = frozenset()) -> Step:
    """Return where a worker stands next who stands at `current`.

    At most one rung down and one up; the rungs in `without` are stepped over, since the project
    has nothing to hand out there. Without all of them nothing follows for anybody.
    """
    rungs = [rung for rung in LADDER if rung not in without]
    if rungs == [Rung.NONE]:
        return Step(rung=Rung.NONE, why=Why.OFF)
    place = max(
        (n for n, rung in enumerate(rungs) if LADDER.index(rung) <= LADDER.index(current)),
        default=0,
    )
    if not record.is_enough:
        return Step(rung=Rung.NONE, why=Why.TOO_LITTLE)
    wanted = sum(record.upper < FALLS_BELOW[rung] for rung in rungs[1:])
    if wanted > place:
        return Step(rung=rungs[place + 1], why=Why.BELOW)
    if wanted == place:
        return Step(rung=rungs[place], why=Why.BELOW if place else Why.GOOD)
    is_within = record.upper < FALLS_BELOW[rungs[place]] + MARGIN
    return (
        Step(rung=rungs[place], why=Why.WITHIN_MARGIN)
        if is_within
        else Step(rung=rungs[place - 1], why=Why.RECOVERED)
    )
