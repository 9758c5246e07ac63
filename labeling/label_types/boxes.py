"""boxes: upright rectangles in a picture, each with a category."""

# ruff: noqa: ARG002 - a label type is handed all that some label type needs.

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from labeling.label_types.base import Level, refused
from labeling.label_types.placed import Placed
from labeling.overlap import Shapes, box_iou, shared_by
from labeling.places import clusters_of, edges_of, found_in, place_polls, sureness_of
from labeling.polls import Poll, PollResult
from labeling.problems import MOST_PROBLEMS, InvalidLabel, Problem, pointer, shown
from labeling.questions import ItemFacts, Limits, Question, limits_of
from labeling.reading import Reader, as_number
from labeling.votes import JSON, ScoredLabel
from labeling.voting import HALF, ROUNDING, dice, likeness_to, weighted_medoid

TOLERANCE = 0.5
"""Pixels a box may reach out of the picture, as rounding on a screen does; it is then cut off."""

SMALLEST_SIDE, WIDEST_SIDE = 0.001, 10_000.0
DECIMALS = 3
"""A mean of several workers' coordinates is rounded to a thousandth of a pixel."""

KEYS = ("x", "y", "width", "height", "category")


class Box(NamedTuple):
    """A rectangle in pixels of the full image; (0, 0) is its top left corner."""

    x: float
    y: float
    width: float
    height: float
    category: str


Labels = tuple[Box, ...]

SHAPES = Shapes[Box](
    group=lambda box: box.category,
    extent=lambda box: (box.x, box.x + box.width),
    bounds=lambda it: (it.x, it.x + it.width, it.width, it.y, it.y + it.height, it.height),
    likeness=box_iou,
)


@dataclass(frozen=True, kw_only=True)
class BoxesLimits(Limits):
    """How small a box may be."""

    min_side: float
    """In pixels; both sides are at least so long."""


class Boxes(Placed[Labels]):
    """A label is a tuple of distinct boxes from top to bottom, then from left to right."""

    name = "boxes"
    level = Level.GEOMETRY
    fewest_categories = 1
    inputs_read = 1
    input_types = ("image",)
    limit_keys = ("min_side",)

    def read_limits(self, reader: Reader, *, is_required: bool, categories: int) -> BoxesLimits:
        """Read min_side (1)."""
        side = reader.number("min_side", 1.0, lowest=SMALLEST_SIDE, highest=WIDEST_SIDE)
        return BoxesLimits(min_side=_plain(side))

    def question_json_schema(self) -> dict[str, JSON]:
        """Return the schema of min_side."""
        side = {"type": "number", "minimum": SMALLEST_SIDE, "maximum": WIDEST_SIDE}
        return {"min_side": side}

    def label_json_schema(self, question: Question) -> dict[str, JSON]:
        """Return an array of boxes. Only `parse` knows where the picture ends."""
        side = {"type": "number", "minimum": limits_of(question, BoxesLimits).min_side}
        corner = {"type": "number", "minimum": -TOLERANCE}
        category = {"enum": list(question.category_ids)}
        return {
            "type": "array",
            "uniqueItems": True,
            "items": {
                "type": "object",
                "properties": {
                    "x": corner,
                    "y": corner,
                    "width": side,
                    "height": side,
                    "category": category,
                },
                "required": list(KEYS),
                "additionalProperties": False,
            },
        }

    def parse(self, raw: JSON, question: Question, facts: ItemFacts) -> Labels:
        """Return the boxes in their order. An empty list says: there is nothing here."""
        if not isinstance(raw, list):
            raise refused("wrong_type", f"This is {shown(raw)}. Send a list of boxes.")
        size = facts.image_sizes[question.on[0]]
        problems: list[Problem] = []
        boxes: dict[Box, int] = {}
        for index, entry in enumerate(raw):
            box = _read_box(entry, index, question, size, problems)
            if box is not None and boxes.setdefault(box, index) != index:
                message = f"This box is the same as box {boxes[box]}. Send it once."
                problems.append(Problem(path=pointer(index), code="duplicate", message=message))
            if len(problems) > MOST_PROBLEMS:
                break
        if problems:
            raise InvalidLabel(problems)
        return tuple(sorted(boxes, key=_order))

    def dump(self, label: Labels) -> JSON:
        """Return the boxes as objects; whole numbers without a decimal point."""
        return [
            {key: _plain(value) if key != "category" else value for key, value in fields.items()}
            for fields in (box._asdict() for box in label)
        ]

    def distance(self, a: Labels, b: Labels, question: Question) -> float:
        """Return 1 minus the mean overlap of all boxes of both labels.

        Boxes of one category are paired so that their summed intersection over union is
        greatest. Each box counts the overlap with its partner, and 0 when it has none.
        """
        if a == b:
            return 0.0
        one, other = (a, b) if a < b else (b, a)
        return 1.0 - dice(shared_by(one, other, SHAPES).alike, len(a), len(b))

    def aggregate(
        self, labels: Sequence[Labels], weights: Sequence[float], question: Question
    ) -> ScoredLabel:
        """Return the mean box of every cluster that more than half of the weight drew.

        A cluster holds boxes of one category, at most one of each worker, that overlap by half
        or more. With no such cluster the medoid is taken, if it is nearer to the votes than
        "nothing here". The score is 1 minus the mean distance of the votes.
        """

        def distance(one: Labels, other: Labels) -> float:
            return self.distance(one, other, question)

        smallest = limits_of(question, BoxesLimits).min_side
        total = math.fsum(weights)
        means = {
            _mean_box(cluster, weights, smallest)
            for cluster in clusters_of(labels, SHAPES)
            if math.fsum(weights[voter] for voter in cluster) > total * HALF + ROUNDING
        }
        drawn = tuple(sorted(means, key=_order))
        score = likeness_to(drawn, labels, weights, distance)
        if drawn or score > 1.0 - ROUNDING:
            return ScoredLabel(drawn, 1.0 if score > 1.0 - ROUNDING else score)
        medoid = weighted_medoid(labels, weights, distance)
        return medoid if medoid.score > score + ROUNDING else ScoredLabel(drawn, score)

    def polls(self, labels: Sequence[Labels], question: Question) -> tuple[Poll, ...]:
        """Return a poll for each place where a worker drew: which category is there, if any?

        Boxes that overlap by half or more (IoU, Everingham et al. 2010) are one place.
        """
        return place_polls(
            labels,
            SHAPES,
            least=HALF,
            category=lambda box: question.category_order[box.category],
            categories=len(question.category_ids),
        )

    def label_of(
        self, results: Sequence[PollResult], weights: Sequence[float], question: Question
    ) -> ScoredLabel:
        """Return the boxes that more probably are there than not, their edges weighted medians.

        The score is the expected share of places decided rightly.
        """
        smallest = limits_of(question, BoxesLimits).min_side
        boxes = {
            Box(*edges_of(place, weights, smallest), question.category_ids[category])
            for place, category, _ in found_in(results)
        }
        return ScoredLabel(tuple(sorted(boxes, key=_order)), self.fold(sureness_of(results)))

    def summary(self, label: Labels, question: Question) -> str:
        """Return how many boxes of each category there are."""
        counts = Counter(box.category for box in label)
        parts = [
            f"{item.title} {counts[item.id]}" for item in question.categories if item.id in counts
        ]
        return ", ".join(parts) or "none"


def _order(box: Box) -> tuple[float, float, float, float, str]:
    return (box.y, box.x, box.height, box.width, box.category)


def _plain(value: float) -> float:
    """Return a whole float as an integer, so that it is written as 3 and not as 3.0."""
    return int(value) if value == int(value) else value


def _read_box(
    entry: JSON, index: int, question: Question, size: tuple[int, int], problems: list[Problem]
) -> Box | None:
    """Return the box cut to the picture, or None after noting what is wrong with it."""
    found: list[Problem] = []
    box = None
    if isinstance(entry, dict):
        reader = Reader(entry, found)
        reader.refuse_other_keys(KEYS)
        category = reader.option("category", "", question.category_ids)
        smallest = limits_of(question, BoxesLimits).min_side
        across = _stretch(reader, ("x", "width"), size[0], smallest)
        down = _stretch(reader, ("y", "height"), size[1], smallest)
        if across is not None and down is not None:
            box = Box(across[0], down[0], across[1], down[1], category)
    else:
        message = f"This is {shown(entry)}. Send an object with {', '.join(KEYS)}."
        found.append(Problem(path="", code="wrong_type", message=message))
    problems += [problem.beneath(index) for problem in found]
    return None if found else box


def _stretch(
    reader: Reader, keys: tuple[str, str], available: int, smallest: float
) -> tuple[float, float] | None:
    """Return where the box begins on one axis and how long it is, cut to the picture."""
    start, length = (_coordinate(reader, key) for key in keys)
    if start is None or length is None:
        return None
    end = start + length
    if start < -TOLERANCE or end > available + TOLERANCE:
        message = (
            f"The box runs from {keys[0]} = {start:g} to {end:g}, but the picture from 0 to "
            f"{available}. Move it into the picture."
        )
        reader.report(keys[0], "box_outside_picture", message)
        return None
    if end > available or start < 0:
        start = max(start, 0.0)
        length = min(end, available) - start
    if length < smallest:
        message = (
            f'"{keys[1]}" is {length:g} pixels within the picture. Draw the box at least '
            f"{smallest:g} pixels long, or delete it."
        )
        reader.report(keys[1], "box_too_small", message)
        return None
    return start, length


def _coordinate(reader: Reader, key: str) -> float | None:
    value = as_number(reader.raw.get(key))
    if value is None:
        told = f"is {shown(reader.raw[key])}" if key in reader.raw else "is missing"
        message = f'"{key}" {told}. Send a finite number of pixels.'
        reader.report(key if key in reader.raw else None, "wrong_value", message)
    return value


def _mean_box(cluster: dict[int, Box], weights: Sequence[float], smallest: float) -> Box:
    boxes = list(cluster.values())
    shares = [weights[voter] for voter in cluster]
    x, y, width, height = (
        _mean([box[axis] for box in boxes], shares)  # type: ignore[misc]
        for axis in range(4)
    )
    return Box(x, y, max(width, smallest), max(height, smallest), boxes[0].category)


def _mean(values: Sequence[float], weights: Sequence[float]) -> float:
    """Return the weighted mean; equal values come back unrounded."""
    if min(values) == max(values):
        return values[0]
    total = math.fsum(weight * value for weight, value in zip(weights, values, strict=True))
    return round(total / math.fsum(weights), DECIMALS)
