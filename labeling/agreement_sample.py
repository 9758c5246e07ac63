"""How far labels of different items are apart, from a sample that everybody draws alike.

Texts, spans and boxes have no short list of values, and n labels have n (n - 1) / 2 distances. So
the items of the highest hash levels stand for all: a Bernoulli sample by hash, which is the same
on every machine and in every order of adding (coordinated sampling, Cohen & Kaplan 2007,
"Summarizing data using bottom-k sketches"; levels by leading zeros: Flajolet 1990, "On adaptive
sampling"). Of its labels about MOST_PAIRS pairs are compared, evenly spread. Where the sample is
all items and they have no more pairs, alpha is exact.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from labeling.agreement_groups import GROUPS, GroupCounts
from labeling.agreement_measure import UNIT, Measure
from labeling.ballots import Floats, Integers
from labeling.votes import Label

MOST_PAIRS = 600
"""A distance takes some 10 to 100 microseconds. The mean of 600 distances between 0 and 1 has a
standard error below 0.021, for unrelated labels well below; the interval of alpha contains it."""


@dataclass(frozen=True, kw_only=True)
class Across:
    """Distances of pairs of labels of two different items."""

    units: Integers
    """(GROUPS, GROUPS): summed distances in UNIT, by the groups of the two items."""
    pairs: Integers
    """(GROUPS, GROUPS): how many pairs that were."""

    def mean(self, weights: Floats) -> Floats:
        """Return the mean distance 0..1 when group g is there weights[b, g] times, (B,).

        Where no pair is left, the mean of all.
        """
        one, other = np.nonzero(self.pairs)  # of GROUPS * GROUPS cells a few hundred
        drawn = np.stack([self.units[one, other] / UNIT, self.pairs[one, other]], axis=1)
        units, pairs = ((weights[:, one] * weights[:, other]) @ drawn).T
        overall = self.units.sum() / UNIT / max(int(self.pairs.sum()), 1)
        mean: Floats = np.where(pairs > 0, units / np.maximum(pairs, 1.0), overall)
        return mean


def across(groups: Mapping[int, GroupCounts], measure: Measure) -> Across:
    """Return the distances between labels of sampled items; at most about MOST_PAIRS of them.

    A label that the schema no longer accepts cannot be compared and is left out.
    """
    level = max((group.shown_from() for group in groups.values()), default=0)
    sample = [
        (item, place, names)
        for place, group in groups.items()
        for item, names in group.items_from(level)
    ]
    return compare(tuple(sorted(sample)), measure)


@lru_cache(maxsize=16)
def compare(sample: tuple[tuple[int, int, tuple[str, ...]], ...], measure: Measure) -> Across:
    """Return the distances within a sample of (item, group, names of its labels), sorted.

    Remembered: of many items few are sampled, so that most judgments leave the sample as it was.
    """
    drawn = [
        (item, place, label)
        for item, place, names in sample
        for label in map(measure.label, names)
        if label is not None
    ]
    units = np.zeros((GROUPS, GROUPS), dtype=np.int64)
    pairs = np.zeros((GROUPS, GROUPS), dtype=np.int64)
    for (item, place, label), (other_item, other_place, other) in _spread_pairs(drawn):
        if item != other_item:
            units[place, other_place] += measure.units_apart(label, other)
            pairs[place, other_place] += 1
    units.setflags(write=False)
    pairs.setflags(write=False)
    return Across(units=units, pairs=pairs)


Drawn = tuple[int, int, Label]


def _spread_pairs(drawn: Sequence[Drawn]) -> Iterator[tuple[Drawn, Drawn]]:
    """Return every pair once, or when there are too many each entry with some, evenly spread.

    Entry i is paired with i + s on a circle, for a few strides s below half of the length: every
    pair appears at most once, and every entry equally often.
    """
    size = len(drawn)
    longest = (size - 1) // 2
    if size * (size - 1) // 2 <= MOST_PAIRS or longest < 1:
        yield from ((drawn[i], drawn[j]) for j in range(size) for i in range(j))
        return
    turns = min(longest, max(1, round(MOST_PAIRS / size)))
    for turn in range(turns):
        stride = 1 + (longest * (2 * turn + 1)) // (2 * turns)
        yield from ((drawn[i], drawn[(i + stride) % size]) for i in range(size))
