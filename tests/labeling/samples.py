"""Three samples of every label type, and labels that it must refuse."""

from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any

from hypothesis import settings

from labeling.label_types import LABEL_TYPES
from labeling.label_types.base import LabelType
from labeling.questions import ItemFacts, Question
from labeling.schema import LabelSchema


def seeded(seed: int) -> Random:
    """Return a source of chance that is the same in every run."""
    return Random(seed)  # noqa: S311 - tests, no secrets


calmly = settings(derandomize=True, deadline=None, max_examples=50)
"""The same examples in every run; a slow machine is no failure."""

TEXT = "Ada Lovelace wrote to \U0001f426 Babbage in London."
"""42 code points, one of them outside the basic plane."""

INPUTS: list[dict[str, Any]] = [
    {"id": "text", "type": "text"},
    {"id": "picture", "type": "image"},
    {"id": "left", "type": "text"},
    {"id": "right", "type": "text"},
]
DATA: dict[str, Any] = {
    "text": TEXT,
    "picture": {"media": "0a" * 32, "width": 200, "height": 100},
    "left": "One answer.",
    "right": "Another answer.",
}
CATEGORIES = [{"id": "PER", "title": "Person"}, {"id": "LOC"}, {"id": "ORG"}]


@dataclass(frozen=True, kw_only=True)
class Samples:
    """What one label type is tested with."""

    question: dict[str, Any]
    good: tuple[Any, Any, Any]
    """In JSON, as `dump` writes them; all different."""
    bad: tuple[Any, ...]
    """Refused whatever the item: the derived JSON Schema refuses them too."""
    bad_for_item: tuple[Any, ...] = ()
    """Of the right shape, but refused by `parse`: it knows the item and compares numbers."""
    extra: tuple[dict[str, Any], ...] = ()
    """Other questions of the type under which the samples are good too."""

    @property
    def label_type(self) -> LabelType[Any]:
        """The label type itself."""
        return LABEL_TYPES[self.question["type"]]

    @cached_property
    def schema(self) -> LabelSchema:
        """Return a label schema with this one question."""
        return LabelSchema.from_json({"inputs": INPUTS, "questions": [self.question]})

    @cached_property
    def parsed_question(self) -> Question:
        """Return the one question."""
        return self.schema.questions[0]

    @cached_property
    def facts(self) -> ItemFacts:
        """Return the facts of the one item."""
        return self.schema.facts_of(DATA)

    def labels(self) -> list[Any]:
        """Return the good samples, parsed."""
        question, facts = self.parsed_question, self.facts
        return [self.label_type.parse(raw, question, facts) for raw in self.good]


def span(start: Any, end: Any, category: Any = "PER") -> dict[str, Any]:
    """Return a span as JSON."""
    return {"start": start, "end": end, "category": category}


def box(x: Any, y: Any, width: Any, height: Any, category: Any = "PER") -> dict[str, Any]:
    """Return a box as JSON."""
    return {"x": x, "y": y, "width": width, "height": height, "category": category}


NEVER_A_LABEL: tuple[Any, ...] = (None, True, {}, {"a": 1}, [[]], 1.5, 10**400)
"""No label type accepts any of these."""

SAMPLES: dict[str, Samples] = {
    "choice": Samples(
        question={"id": "q", "type": "choice", "categories": CATEGORIES},
        good=("PER", "LOC", "ORG"),
        bad=("per", "", "PER ", 0, ["PER"]),
    ),
    "choices": Samples(
        question={"id": "q", "type": "choices", "categories": CATEGORIES, "min": 1, "max": 2},
        good=(["PER"], ["PER", "ORG"], ["LOC"]),
        bad=(
            [],
            ["PER", "PER"],
            ["PER", "LOC", "ORG"],
            ["x"],
            [1],
            [["PER"]],
            "PER",
            ["PER", None],
        ),
        extra=(
            {"id": "q", "type": "choices", "categories": CATEGORIES, "distance": "masi"},
            {"id": "q", "type": "choices", "categories": CATEGORIES, "required": False},
        ),
    ),
    "rating": Samples(
        question={"id": "q", "type": "rating", "min": 1, "max": 5, "anchors": {"1": "poor"}},
        good=(1, 3, 5),
        bad=(0, 6, -1, "3", 3.5, False, [3], 10**30),
        bad_for_item=(3.0,),
    ),
    "number": Samples(
        question={
            "id": "q",
            "type": "number",
            "min": 2,
            "max": 1000,
            "step": 0.5,
            "unit": "kg",
            "tolerance": 0.5,
        },
        good=(3, 12.5, 40),
        bad=(1, 1000.5, -3, "3", "", False, [3], 10**30),
        bad_for_item=(3.25, 12.500000000000001, 2.1, float("nan"), float("inf")),
        extra=(
            {"id": "q", "type": "number"},
            {"id": "q", "type": "number", "min": 0, "max": 50, "step": 0.1},
        ),
    ),
    "text": Samples(
        question={"id": "q", "type": "text", "max_length": 40},
        good=("A poet.", " A countess,\nand no poet ", "\u8bd7\u4eba"),
        bad=("", " \n", "a\0b", "a" * 41, 3, ["a"]),
        bad_for_item=("\ud800",),
    ),
    "spans": Samples(
        question={"id": "q", "type": "spans", "on": "text", "categories": CATEGORIES},
        good=([span(0, 12)], [span(0, 3), span(23, 31), span(35, 41, "LOC")], []),
        bad=(
            "PER",
            [3],
            [span(-1, 3)],
            [span(0, 0)],
            [span(0, 3, "x")],
            [span(0, 3, ["PER"])],
            [span("0", 3)],
            [span(0, 1.5)],
            [{**span(0, 3), "start": True}],
            [{"start": 0, "end": 3}],
            [{**span(0, 3), "text": "Ada"}],
            [span(0, 3), span(0, 3)],
        ),
        bad_for_item=(
            [span(0, 43)],
            [span(4, 4)],
            [span(4, 3)],
            [span(43, 44)],
            [span(0.0, 3)],
            [span(0, 10**400)],
            [span(0, 5), span(4, 8)],
            [span(0, 5), span(1, 2, "LOC")],
        ),
        extra=(
            {"id": "q", "type": "spans", "on": "text", "categories": CATEGORIES, "nested": True},
        ),
    ),
    "boxes": Samples(
        question={
            "id": "q",
            "type": "boxes",
            "on": "picture",
            "categories": CATEGORIES,
            "min_side": 4,
        },
        good=(
            [box(0, 0, 10.5, 20)],
            [box(2, 1, 10, 20), box(50, 50, 150, 50, "LOC")],
            [],
        ),
        bad=(
            "PER",
            [3],
            [box(0, 0, 3.9, 20)],
            [box(0, 0, 20, 0)],
            [box(-0.6, 0, 20, 20)],
            [box(0, 0, 20, 20, "x")],
            [box(0, 0, 20, 20, {})],
            [box("0", 0, 20, 20)],
            [{**box(0, 0, 20, 20), "x": True}],
            [box(None, 0, 20, 20)],
            [{"x": 0, "y": 0, "width": 20, "category": "PER"}],
            [{**box(0, 0, 20, 20), "angle": 3}],
            [box(0, 0, 20, 20), box(0, 0, 20.0, 20)],
        ),
        bad_for_item=(
            [box(190, 0, 10.6, 20)],
            [box(0, 90, 20, 10.6)],
            [box(10**400, 0, 20, 20)],
            [box(float("inf"), 0, 20, 20)],
            [box(float("nan"), 0, 20, 20)],
            [box(1e308, 0, 1e308, 20)],
            [box(196.4, 0, 4, 20)],
        ),
    ),
    "pairwise": Samples(
        question={"id": "q", "type": "pairwise", "on": ["left", "right"]},
        good=("left", "right", "tie"),
        bad=("both", "", 0, ["left"]),
    ),
    "ranking": Samples(
        question={"id": "q", "type": "ranking", "categories": CATEGORIES},
        good=(["PER", "LOC", "ORG"], ["ORG", "LOC", "PER"], ["ORG", "PER", "LOC"]),
        bad=(
            [],
            "PER",
            ["PER", "LOC"],
            ["PER", "LOC", "PER"],
            ["PER", "LOC", "x"],
            ["PER", "LOC", None],
            ["PER", "LOC", ["ORG"]],
            ["PER", "LOC", "ORG", "PER"],
        ),
        extra=({"id": "q", "type": "ranking", "categories": CATEGORIES, "top": 3},),
    ),
}
