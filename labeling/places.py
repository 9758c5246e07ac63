"""Places: shapes of several workers that mean the same thing, and the poll on what is there.

Of each place every worker says which category is there, or nothing. So a worker's table learns
what the worker misses, invents and mixes up all at once (a box that exists and its class are one
poll).
"""

import math
from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple, TypeVar

from labeling.overlap import MOST_PAIRS, Interval, Shapes
from labeling.polls import Poll, PollResult, first_best
from labeling.voting import HALF, ROUNDING, majority, weighted_median

NOTHING = 0
"""The class that says: nothing is here. Category number c is class c + 1."""

DIGITS = 9
"""Probabilities that are the same to so many digits are the same."""
DECIMALS = 3
"""Edges that are put together from several boxes are rounded to a thousandth of a pixel."""

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
    category of a shape from 0.
    """
    polls = []
    for place in _places(labels, shapes, least):
        classes = [NOTHING] * len(labels)
        for shape, voter in zip(place.shapes, place.voters, strict=True):
            classes[voter] = category(shape) + 1
        polls.append(Poll(tuple(classes), categories + 1, family="place", subject=place))
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
    homes = {shape: [shape] for shape in distinct}
    voters = {shape: set(drawn[shape]) for shape in distinct}
    pairs = [
        (-alike, shapes.group(one) != shapes.group(other), one, other)
        for one, other in _touching(distinct, shapes)
        if (alike := shapes.likeness(one, other)) > 0.0 and alike >= least
    ]
    pairs.sort()
    for _, _, one, other in pairs:
        home, joined = homes[one], homes[other]
        if voters[home[0]].isdisjoint(voters[joined[0]]):
            voters[home[0]] |= voters[joined[0]]
            home += joined
            homes.update(dict.fromkeys(joined, home))
    found = list({id(home): home for home in homes.values()}.values())
    return [_place(home, drawn) for home in found]


def _touching(distinct: Sequence[S], shapes: Shapes[S]) -> list[tuple[S, S]]:
    """Return the pairs of shapes, sorted by extent, that overlap on that axis; none if too many.

    One sweep, as in `overlap.touching_pairs`, whose limit it keeps.
    """
    pairs: list[tuple[S, S]] = []
    running: list[tuple[float, S]] = []
    for shape in distinct:
        start, end = shapes.extent(shape)
        running = [entry for entry in running if entry[0] > start]
        pairs += [(other, shape) for _, other in running]
        if len(pairs) > MOST_PAIRS:
            return []
        running.append((end, shape))
    return pairs


def _place(home: Sequence[S], drawn: dict[S, set[int]]) -> Place:
    pairs = [(shape, voter) for shape in home for voter in sorted(drawn[shape])]
    return Place(tuple(shape for shape, _ in pairs), tuple(voter for _, voter in pairs))


def found_in(results: Sequence[PollResult]) -> list[Found]:
    """Return the places where more likely something is than nothing, the surest first."""
    found = []
    for result in results:
        there = result.posterior[NOTHING + 1 :]
        place = result.poll.subject
        if isinstance(place, Place) and result.posterior[NOTHING] < HALF - ROUNDING:
            best = first_best(there)
            found.append(Found(place, best, there[best]))
    return sorted(found, key=lambda one: -round(one.sureness, DIGITS))


def sureness_of(results: Sequence[PollResult]) -> float:
    """Return the expected share of places that are decided rightly; without places, 1."""
    sure = [
        result.posterior[NOTHING]
        if result.posterior[NOTHING] >= HALF - ROUNDING
        else max(result.posterior[NOTHING + 1 :])
        for result in results
    ]
    return math.fsum(sure) / len(sure) if sure else 1.0


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
