"""How much two shapes share, and the best pairing of two sets of shapes."""

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, Protocol, TypeVar

import numpy as np

from labeling.ballots import Floats
from labeling.pairing import Edge, best_pairing

MOST_PAIRS = 200_000
"""When more shapes of two labels touch, only equal shapes are compared: a label made to be slow
must not hold up the transaction that routes it."""


class Interval(Protocol):
    """A half-open stretch."""

    @property
    def start(self) -> float: ...
    @property
    def end(self) -> float: ...


class Rectangle(Protocol):
    """A box with its top left corner at (x, y)."""

    @property
    def x(self) -> float: ...
    @property
    def y(self) -> float: ...
    @property
    def width(self) -> float: ...
    @property
    def height(self) -> float: ...


S = TypeVar("S", bound=Hashable)


@dataclass(frozen=True, kw_only=True)
class Shapes(Generic[S]):
    """How shapes of one kind are compared."""

    group: Callable[[S], Hashable]
    """Only shapes of one group, such as a category, are ever paired."""
    extent: Callable[[S], tuple[float, float]]
    """Where a shape begins and ends on one axis: those apart there share nothing."""
    bounds: Callable[[S], tuple[float, ...]]
    """For each axis, first that of `extent`: where a shape begins, where it ends, how long it
    is."""
    likeness: Callable[[S, S], float]
    """0 nothing shared .. 1 equal; 1 minus it must be a metric, as intersection over union is."""


class Shared(NamedTuple):
    """What two sets of shapes have in common."""

    equal: int
    """Shapes that are in both sets."""
    alike: float
    """Summed likeness of the best one-to-one pairing, equal shapes included."""


def interval_iou(one: Interval, other: Interval) -> float:
    """Return the intersection over union of two intervals (Jaccard 1912)."""
    shared = min(one.end, other.end) - max(one.start, other.start)
    if shared <= 0:
        return 0.0
    return shared / (one.end - one.start + other.end - other.start - shared)


def box_iou(one: Rectangle, other: Rectangle) -> float:
    """Return the intersection over union of two boxes (Everingham et al. 2010, PASCAL VOC)."""
    wide = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    high = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    if wide <= 0 or high <= 0:
        return 0.0
    shared = wide * high
    return min(1.0, shared / (one.width * one.height + other.width * other.height - shared))


def iou_of(left: Floats, right: Floats) -> Floats:
    """Return the intersection over union (n,) of shapes given by their bounds, (n, 3) or (n, 6).

    The same to the last digit as that of `interval_iou` or `box_iou`.
    """
    shared, one, other = np.ones(len(left)), np.ones(len(left)), np.ones(len(left))
    for at in range(0, left.shape[1], 3):
        low = np.maximum(left[:, at], right[:, at])
        shared *= np.maximum(np.minimum(left[:, at + 1], right[:, at + 1]) - low, 0.0)
        one *= left[:, at + 2]
        other *= right[:, at + 2]
    return np.asarray(np.minimum(shared / (one + other - shared), 1.0))


def shared_by(left: Sequence[S], right: Sequence[S], shapes: Shapes[S]) -> Shared:
    """Return what two sets of distinct shapes have in common. Symmetric.

    Equal shapes are paired first. That loses nothing: 1 - likeness is a metric, and by its
    triangle inequality likeness(a, b) + 1 >= likeness(a, s) + likeness(s, b).
    """
    equal = set(left) & set(right)
    rest = [
        (_grouped((s for s in side if s not in equal), shapes.group)) for side in (left, right)
    ]
    alike = [
        _best_likeness(ones, rest[1][group], shapes)
        for group, ones in rest[0].items()
        if group in rest[1]
    ]
    return Shared(len(equal), math.fsum((len(equal), *alike)))


def _grouped(shapes: Iterable[S], group: Callable[[S], Hashable]) -> dict[Hashable, list[S]]:
    groups: dict[Hashable, list[S]] = defaultdict(list)
    for shape in shapes:
        groups[group(shape)].append(shape)
    return dict(groups)


def _best_likeness(left: Sequence[S], right: Sequence[S], shapes: Shapes[S]) -> float:
    edges = likeness_edges(left, right, shapes)
    return math.fsum(edge.likeness for edge in best_pairing(edges))


def likeness_edges(left: Sequence[S], right: Sequence[S], shapes: Shapes[S]) -> list[Edge]:
    """Return an edge for every two shapes that share something; none when there are too many."""
    pairs = touching_pairs(
        [shapes.extent(shape) for shape in left], [shapes.extent(shape) for shape in right]
    )
    likeness = shapes.likeness
    return [
        Edge(i, j, alike) for i, j in pairs or () if (alike := likeness(left[i], right[j])) > 0.0
    ]


def touching_pairs(
    left: Sequence[tuple[float, float]], right: Sequence[tuple[float, float]]
) -> list[tuple[int, int]] | None:
    """Return the indices of all pairs of intervals that overlap, None above MOST_PAIRS.

    One sweep over the starts: n log n, plus one step for each pair found.
    """
    starts = [(start, end, 0, index) for index, (start, end) in enumerate(left)]
    starts += [(start, end, 1, index) for index, (start, end) in enumerate(right)]
    starts.sort()
    running: tuple[list[tuple[float, int]], list[tuple[float, int]]] = ([], [])
    pairs: list[tuple[int, int]] = []
    for start, end, side, index in starts:
        others = running[1 - side]
        if others:
            others[:] = [entry for entry in others if entry[0] > start]
            pairs += [(index, other) if side == 0 else (other, index) for _, other in others]
            if len(pairs) > MOST_PAIRS:
                return None
        running[side].append((end, index))
    return pairs
