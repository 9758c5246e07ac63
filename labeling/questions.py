"""What a project asks: inputs, questions and their categories, as plain values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TypeVar

from labeling.conditions import Condition
from labeling.votes import JSON

NAME_PATTERN = re.compile(r"[a-z][a-z0-9_]{0,39}")
NAME_RULE = (
    "an id of 1 to 40 characters: lower-case letters, digits and underscores, a letter first"
)
CATEGORY_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
CATEGORY_RULE = (
    "an id of 1 to 64 characters: letters, digits, underscore, dot and hyphen, "
    "a letter or digit first"
)
COLOR_PATTERN = re.compile(r"#[0-9a-fA-F]{6}")

LONGEST_TITLE = 200
LONGEST_HELP = 4000
MOST_INPUTS = 20
MOST_QUESTIONS = 100
MOST_CATEGORIES = 1000
INPUT_TYPES = ("text", "image")


@dataclass(frozen=True, kw_only=True)
class Input:
    """One thing of an item that the worker looks at."""

    id: str
    type: str
    """One of INPUT_TYPES."""
    title: str

    def to_json(self) -> dict[str, JSON]:
        """Return the input as it stands in the schema document."""
        return {"id": self.id, "type": self.type, "title": self.title}


@dataclass(frozen=True, kw_only=True)
class Category:
    """One name of a question's list."""

    id: str
    title: str
    description: str = ""
    """One line; a zero-shot model reads it."""
    color: str = ""
    """`#rrggbb`, or "" when the screen may choose."""

    def to_json(self) -> dict[str, JSON]:
        """Return the category as it stands in the schema document."""
        document = {"id": self.id, "title": self.title}
        if self.description:
            document["description"] = self.description
        if self.color:
            document["color"] = self.color
        return document


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The settings that only one label type knows. Each label type has its own subclass.

    The names of the fields are the keys of the schema document; None means "not set".
    """

    def to_json(self) -> dict[str, JSON]:
        """Return the settings as keys of the question in the schema document."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        return {key: value for key, value in values.items() if value is not None}


LimitsT = TypeVar("LimitsT", bound=Limits)


@dataclass(frozen=True, kw_only=True)
class Question:
    """One thing asked of a worker."""

    id: str
    """Never changes; labels are kept under it."""
    type: str
    """Name of the label type."""
    title: str
    help: str = ""
    is_required: bool = True
    """Whether a visible question must be answered."""
    categories: tuple[Category, ...] = ()
    on: tuple[str, ...] = ()
    """Ids of the inputs the label points into: one for spans and boxes, two for pairwise;
    for a ranking the options, where it has no categories."""
    limits: Limits = field(default_factory=Limits)
    show_when: Condition | None = None

    @cached_property
    def category_ids(self) -> tuple[str, ...]:
        """The ids of the categories, in the order of the schema."""
        return tuple(category.id for category in self.categories)

    @property
    def options(self) -> tuple[str, ...]:
        """What a ranking puts in order: the categories, or the inputs where it has none."""
        return self.category_ids or self.on

    @cached_property
    def category_order(self) -> Mapping[str, int]:
        """The place of each category in the schema, by its id."""
        return {category: place for place, category in enumerate(self.category_ids)}

    def to_json(self) -> dict[str, JSON]:
        """Return the question as it stands in the schema document, with every default written."""
        document: dict[str, JSON] = {"id": self.id, "type": self.type, "title": self.title}
        if self.help:
            document["help"] = self.help
        document["required"] = self.is_required
        if self.on:
            document["on"] = self.on[0] if len(self.on) == 1 else list(self.on)
        if self.categories:
            document["categories"] = [category.to_json() for category in self.categories]
        document.update(self.limits.to_json())
        if self.show_when is not None:
            document["show_when"] = self.show_when.to_json()
        return document


def limits_of(question: Question, kind: type[LimitsT]) -> LimitsT:
    """Return the limits of the question as those of its own label type."""
    if not isinstance(question.limits, kind):
        message = f"question {question.id} has no {kind.__name__}"
        raise TypeError(message)
    return question.limits


@dataclass(frozen=True, kw_only=True)
class ItemFacts:
    """What must be known of an item to check a label of it, without the item itself."""

    text_lengths: Mapping[str, int] = field(default_factory=dict)
    """Length in Unicode code points, by input id."""
    image_sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Width and height in pixels, by input id."""
