"""What a replay came to: the answers, their price, and how right they are."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from labeling.ballots import Floats, Integers
from labeling.replay.session import Session

CURVE_STEP = 0.05
"""A point of the curve for each so many units of cost an item."""


class Point(NamedTuple):
    """How right the answers were after so much money."""

    cost_per_item: float
    accuracy: float
    crowd: int
    expert: int


@dataclass(kw_only=True)
class Outcome:
    """The final answers of a replay and the road to them."""

    answers: Integers
    """(items,): a class each."""
    curve: list[Point] = field(default_factory=list)


def pick(posterior: Floats, dice: np.random.Generator) -> Integers:
    """Return the likeliest class of each item; ties fall by chance, never to the first name."""
    jitter = dice.random(posterior.shape) * 1e-9
    return np.asarray((posterior + jitter).argmax(axis=1))


def accuracy(answers: Integers, gold: Integers) -> float:
    """Return the share of items whose answer is gold."""
    return float((answers == gold).mean())


def macro_f1(answers: Integers, gold: Integers) -> float:
    """Return the mean F1 over the classes that gold or an answer names."""
    scores = []
    for label in np.union1d(gold, answers):
        shared = float(((answers == label) & (gold == label)).sum())
        scores.append(2.0 * shared / ((answers == label).sum() + (gold == label).sum()))
    return float(np.mean(scores))


def point(session: Session, answers: Integers) -> Point:
    """Return where the replay stands with these answers."""
    gold = session.recording.gold
    return Point(
        cost_per_item=session.cost / len(gold),
        accuracy=accuracy(answers, gold),
        crowd=session.crowd,
        expert=session.experts,
    )
