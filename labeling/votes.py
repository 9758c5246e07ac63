"""A judgment as the maths sees it, and the names that every file of this room shares."""

from collections.abc import Hashable
from typing import Any, NamedTuple, TypeAlias

JSON: TypeAlias = Any
"""A raw JSON value. Nothing is known of it until a `parse` has looked at it."""

Label: TypeAlias = Hashable
"""A parsed label: immutable, so that it can be counted. Its label type knows what it is."""

Answer: TypeAlias = dict[str, Label]
"""What one worker says of one item: a label by question id. Hidden questions have no key."""


class Vote(NamedTuple):
    """One worker's label of one item under one question."""

    item: Hashable
    worker: Hashable
    label: Label


class ScoredLabel(NamedTuple):
    """A label and how far it is to be trusted."""

    label: Label
    score: float
    """0..1. What it measures (share, likeness, probability) is said by who made it."""
