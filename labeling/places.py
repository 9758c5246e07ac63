"""Places: shapes of several workers that mean the same thing, and the poll on what is there.

Of each place every worker says which category is there, or nothing. So a worker's table learns
what the worker misses, invents and mixes up all at once (a box that exists and its class are one
poll).
"""

import math
from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np

from labeling.overlap import MOST_PAIRS, Interval, Shapes, iou_of, likeness_edges
from labeling.polls import Poll, PollResult, first_best
from labeling.voting import HALF, ROUNDING, majority, weighted_median

NOTHING = 0
"""The class that says: nothing is here. Category number c is class c + 1."""

DIGITS = 9
"""Probabilities that are the same to so many digits are the same."""
DECIMALS = 3
"""Edges that are put together from several boxes are rounded to a thousandth of a pixel."""

MOST_UNMARKED = 20.0
"""No more are expected to be overlooked for each that is found."""

S = TypeVar("S", bound=Hashable)


class Place(NamedTuple):
    """What the workers drew at one place."""

    shapes: tuple[Any, ...]
    voters: tuple[int, ...]
    """By shape: which label of the item it stands in. Each at most once."""


class Found(NamedTuple):
    """A place where something is."""

    place: Place
    category: int
    sureness: float
    """The posterior of the category."""


def place_polls(
    labels: Sequence[Sequence[S]],
    shapes: Shapes[S],
    *,
    least: float,
    category: Callable[[S], int],
    categories: int,
) -> tuple[Poll, ...]:
    """Return a poll for each place at which one of the labels has a shape.

    Shapes belong to one place when they are alike by `least` or more (0: by anything at all); the
    most alike find each other first, and a worker has one shape a place. `category` numbers the
    category of a shape from 0. Where nobody drew anything there is one poll, on whether something
    was overlooked.
    """
    places = _places(labels, shapes, least)
    if not places and labels:
        # That there is nothing is a claim as well, and may be wrong.
        nobody = (NOTHING,) * len(labels)
        return (Poll(nobody, categories + 1, family="place"),)
    polls = []
    for place in places:
        classes = [NOTHING] * len(labels)
        for shape, voter in zip(place.shapes, place.voters, strict=True):
            classes[voter] = category(shape) + 1
        found = Poll(tuple(classes), categories + 1, family="place", subject=place)
        polls.append(found._replace(made_by=place.voters))
    return tuple(polls)


def _places(labels: Sequence[Sequence[S]], shapes: Shapes[S], least: float) -> list[Place]:
    """Return the places in the order of their first shapes, whatever the order of the labels.

    Equal shapes of different workers are one place from the start; then places are joined, by the
    likeness of two of their shapes, unless a worker would have two shapes at one.
    """
    drawn: dict[S, set[int]] = {}
    for voter, label in enumerate(labels):
        for shape in label:
            drawn.setdefault(shape, set()).add(voter)
    distinct = sorted(drawn, key=lambda shape: (shapes.extent(shape), shape))
    if not distinct:
        return []
    homes = [[at] for at in range(len(distinct))]
    voters = [set(drawn[shape]) for shape in distinct]
    for one, other in _likest(distinct, shapes, least):
        home, joined = homes[one], homes[other]
        if home is not joined and voters[home[0]].isdisjoint(voters[joined[0]]):
            voters[home[0]] |= voters[joined[0]]
            home += joined
            for at in joined:
                homes[at] = home
    found = list({id(home): home for home in homes}.values())
    return [_place([distinct[at] for at in home], drawn) for home in found]


def _likest(distinct: Sequence[S], shapes: Shapes[S], least: float) -> list[tuple[int, int]]:
    """Return the pairs of shapes, sorted by extent, that are alike by `least`, the likest first;
    of equals those of one group, and then by the shapes themselves. None if too many touch.

    One sweep, as in `overlap.touching_pairs`, whose limit it keeps; all pairs are compared at
    once.
    """
    bounds = np.array([shapes.bounds(shape) for shape in distinct], dtype=np.float64)
    low, high = bounds[:, 0], bounds[:, 1]
    # Of the shapes behind, which start later, those that start before this one ends touch it.
    count = np.searchsorted(low, high) - np.arange(len(distinct)) - 1
    count = np.maximum(count, 0)
    total = int(count.sum())
    if total > MOST_PAIRS:
        return []
    one = np.repeat(np.arange(len(distinct)), count)
    other = one + 1 + np.arange(total) - np.repeat(count.cumsum() - count, count)
    alike = iou_of(bounds[one], bounds[other])
    kept = (alike > 0.0) & (alike >= least)
    one, other, alike = one[kept], other[kept], alike[kept]
    numbers = {group: at for at, group in enumerate(dict.fromkeys(map(shapes.group, distinct)))}
    group = np.array([numbers[shapes.group(shape)] for shape in distinct])
    rank = np.empty(len(distinct), dtype=np.int64)
    in_order = sorted(zip(distinct, range(len(distinct)), strict=True))
    rank[[at for _, at in in_order]] = np.arange(len(distinct))
    order = np.lexsort((rank[other], rank[one], group[one] != group[other], -alike))
    return list(zip(one[order].tolist(), other[order].tolist(), strict=True))


def _place(home: Sequence[S], drawn: dict[S, set[int]]) -> Place:
    pairs = [(shape, voter) for shape in home for voter in sorted(drawn[shape])]
    return Place(tuple(shape for shape, _ in pairs), tuple(voter for _, voter in pairs))


def clusters_of(labels: Sequence[Sequence[S]], shapes: Shapes[S]) -> list[dict[int, S]]:
    """Return shapes of one group that are alike by half or more, by voter: for the plain consensus
    of boxes. The most alike find each other first."""
    clusters = {(voter, it): {voter: it} for voter, label in enumerate(labels) for it in label}
    pairs = [
        (-edge.likeness, (one, labels[one][edge.left]), (other, labels[other][edge.right]))
        for other in range(len(labels))
        for one in range(other)
        for edge in likeness_edges(labels[one], labels[other], shapes)
        if edge.likeness >= HALF
    ]
    for _, one, other in sorted(pairs):
        a, b = clusters[one], clusters[other]
        if shapes.group(one[1]) == shapes.group(other[1]) and a.keys().isdisjoint(b):
            a.update(b)
            clusters.update(dict.fromkeys(b.items(), a))
    return list({id(cluster): cluster for cluster in clusters.values()}.values())


def decided_in(results: Sequence[PollResult]) -> list[int]:
    """Return what is at each place: the most probable category, unless nothing is as probable as
    all of them, or nobody drew anything that could be taken."""
    return [
        NOTHING
        if result.posterior[NOTHING] >= HALF - ROUNDING or result.poll.subject is None
        else first_best(result.posterior[NOTHING + 1 :]) + 1
        for result in results
    ]


def sureness_of(results: Sequence[PollResult]) -> list[float]:
    """Return how probable it is that each place is decided rightly."""
    decided = decided_in(results)
    return [result.posterior[said] for result, said in zip(results, decided, strict=True)]


def share_of(sure: Sequence[float], overlooked: float) -> float:
    """Return the expected share of places decided rightly; those overlooked are not.

    Without places, 1.
    """
    return math.fsum(sure) / (len(sure) + overlooked) if sure else 1.0


def unmarked(found: Sequence[float], silent: Sequence[float]) -> float:
    """Return how many places are expected that nobody marked, by class of place.

    Of n places that are each marked by somebody with probability 1 - s, so many are found for each
    that is: s / (1 - s) (Horvitz & Thompson 1952, the estimator of a total).
    """
    return math.fsum(
        places * min(missed / max(1.0 - missed, 1e-9), MOST_UNMARKED)
        for places, missed in zip(found[NOTHING + 1 :], silent[NOTHING + 1 :], strict=True)
    )


def found_in(results: Sequence[PollResult]) -> list[Found]:
    """Return the places where more likely something is than nothing, the surest first."""
    found = [
        Found(place, said - 1, result.posterior[said])
        for result, said in zip(results, decided_in(results), strict=True)
        if said != NOTHING and isinstance(place := result.poll.subject, Place)
    ]
    return sorted(found, key=lambda one: -round(one.sureness, DIGITS))


def borders_of(place: Place, weights: Sequence[float]) -> tuple[int, int]:
    """Return the start and end of most weight; of equals the first, and then the shorter."""
    borders = [(int(shape.start), int(shape.end)) for shape in place.shapes]
    chosen = majority(borders, [weights[voter] for voter in place.voters], lambda it: it)
    return min(borders, key=lambda it: it != chosen.label)


def can_stand(one: Interval, other: Interval, *, is_nested: bool) -> bool:
    """Return whether two spans may stand in one label: apart or, if nested, one in the other."""
    if one.end <= other.start or other.end <= one.start:
        return True
    holds = one.start <= other.start and other.end <= one.end
    lies_in = other.start <= one.start and one.end <= other.end
    return is_nested and one != other and (holds or lies_in)


def edges_of(
    place: Place, weights: Sequence[float], smallest: float
) -> tuple[float, float, float, float]:
    """Return x, y, width and height of the weighted medians of the four edges."""
    boxes, shares = place.shapes, [weights[voter] for voter in place.voters]
    first = boxes[0]
    if len({(box.x, box.y, box.width, box.height) for box in boxes}) == 1:
        return first.x, first.y, first.width, first.height
    left = weighted_median([box.x for box in boxes], shares)
    top = weighted_median([box.y for box in boxes], shares)
    right = weighted_median([box.x + box.width for box in boxes], shares)
    bottom = weighted_median([box.y + box.height for box in boxes], shares)
    width, height = round(right - left, DECIMALS), round(bottom - top, DECIMALS)
    return left, top, max(width, smallest), max(height, smallest)
