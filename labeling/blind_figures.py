"""How good a model is, by items that chance picked and people judged without having seen it.

Shares, how far the model's confidence can be believed, and which parts of a project it does worse
on. Where there are too few items, nobody is to be told a number: it would be luck.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from labeling.anchoring import wilson
from labeling.guarantee import tail
from labeling.label_types.boxes import Box
from labeling.overlap import box_iou

FEWEST = 30
"""With so many, 95 % of an accuracy is at most 18 points to each side."""
FEWEST_OF_PART = 15
"""Of a class or a slice, which is read beside its interval and the others."""
FEWEST_TO_CALIBRATE = 100
"""With fewer, chance alone makes most of the gap between confidence and accuracy."""
BINS = 15
"""As in Guo et al. 2017; of equal width, (i / BINS, (i + 1) / BINS]."""
RISK = 0.05
DRAWS = 1000
SAME_BOX = 0.5
"""Overlap (IoU) from which on two boxes are of one thing (Everingham et al. 2010)."""


class Share(NamedTuple):
    """How many of the compared items were right, with 95 % from `low` to `high`."""

    compared: int
    agreed: int
    low: float
    high: float


class Bin(NamedTuple):
    """Items of like confidence."""

    confidence: float
    """The mean, 0 to 1."""
    labels: int
    right: int


class Calibration(NamedTuple):
    """The calibration error (see `calibration_of`) and what it has to be held against."""

    ece: float
    low: float
    """`low` to `high`: 95 %."""
    high: float
    by_chance: float
    """What confidences that are exactly right would show on so many items, on average."""
    is_off: bool
    """Whether such confidences would show so large an error in at most RISK of cases."""


def share_of(agreed: int, compared: int) -> Share:
    """The interval is Wilson's (`anchoring.wilson`). At least one item."""
    low, high = wilson(agreed, compared)
    return Share(compared=compared, agreed=agreed, low=low, high=high)


def calibration_of(bins: Sequence[Bin], *, seed: int) -> Calibration:
    """The mean gap between confidence and accuracy, each bin by its items; at least one.

    Guo, Pleiss, Sun and Weinberger, ICML 2017, equation 3. The interval is that of the bootstrap
    over items (Efron & Tibshirani 1993, section 13.3). The error of few items is large even where
    every confidence is right: `by_chance` and `is_off` draw what was right from the confidences
    themselves (consistency resampling, Broecker & Smith 2007, "Increasing the reliability of
    reliability diagrams").
    """
    sure = np.array([each.confidence for each in bins])
    labels = np.array([each.labels for each in bins])
    right = np.array([each.right for each in bins])
    dice = np.random.default_rng(seed)
    ece = float(_errors(sure, labels[None], right[None])[0])

    # An item is one of a bin that is right or wrong; to draw items is to draw of these.
    cells = np.concatenate([right, labels - right]) / labels.sum()
    drawn = dice.multinomial(int(labels.sum()), cells, size=DRAWS)
    hits, misses = drawn[:, : len(bins)], drawn[:, len(bins) :]
    low, high = np.quantile(_errors(sure, hits + misses, hits), [RISK / 2, 1 - RISK / 2])

    at_its_word = dice.binomial(labels, np.clip(sure, 0.0, 1.0), size=(DRAWS, len(bins)))
    chance = _errors(sure, np.broadcast_to(labels, at_its_word.shape), at_its_word)
    return Calibration(
        ece=ece,
        low=min(float(low), ece),
        high=max(float(high), ece),
        by_chance=float(chance.mean()),
        is_off=bool((1 + (chance >= ece).sum()) / (1 + DRAWS) <= RISK),
    )


def _errors(
    sure: npt.NDArray[np.float64], labels: npt.NDArray[np.int64], right: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """Of each row of counts (draws, bins)."""
    gaps = np.abs(labels * sure - right).sum(axis=1)
    return np.asarray(gaps / labels.sum(axis=1))


def worse_than_others(parts: Mapping[str, tuple[int, int]]) -> set[str]:
    """Which parts, by name (agreed, compared), a model does worse on than on the rest.

    Fisher's exact test of each against all others, one-sided, at RISK for all of them together
    (Holm 1979, "A simple sequentially rejective multiple test procedure"): of twenty slices one
    would else look bad by luck alone.
    """
    agreed = sum(right for right, _ in parts.values())
    compared = sum(of for _, of in parts.values())
    chances = sorted(
        (tail(compared, agreed, of, right), name) for name, (right, of) in parts.items()
    )
    found = set()
    for place, (chance, name) in enumerate(chances):
        if chance > RISK / (len(chances) - place):
            break
        found.add(name)
    return found


def bands_of(lengths: Sequence[int], number: int = 4) -> list[tuple[int, int]]:
    """First and last length of each band, so that each holds about as many items; in order."""
    ordered = sorted(lengths)
    ends = {ordered[math.ceil(len(ordered) * n / number) - 1] for n in range(1, number + 1)}
    found, first = [], ordered[0]
    for last in sorted(ends):
        found.append((first, last))
        first = last + 1
    return found


def same_boxes(said: Sequence[Box], known: Sequence[Box]) -> bool:
    """Whether two lists of boxes are of the same things: with the largest overlap first, each box
    finds a partner of its category that it overlaps by SAME_BOX."""
    if len(said) != len(known):
        return False
    overlaps = (
        (box_iou(a, b), i, j)
        for i, a in enumerate(said)
        for j, b in enumerate(known)
        if a.category == b.category
    )
    ours: set[int] = set()
    theirs: set[int] = set()
    for _, i, j in sorted((each for each in overlaps if each[0] >= SAME_BOX), reverse=True):
        if i not in ours and j not in theirs:
            ours.add(i)
            theirs.add(j)
    return len(ours) == len(said)
