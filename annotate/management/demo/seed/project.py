"""What a seeded project consists of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class SeededProject:
    name: str
    description: str
    guideline: str
    """Markdown."""
    schema: dict[str, Any]
    policy: dict[str, Any]
    source: str
    licence: str
    rows: Sequence[Row]
    """Rows of JSON lines."""
    pictures: Mapping[str, Callable[[], bytes]] = field(default_factory=dict)
    """File name to what draws it; rows name pictures by their file name."""
    judgments: Mapping[str, Sequence[dict[str, Any]]] = field(default_factory=dict)
    """What the two crowd workers have said already: their answers by external id."""


def two_votes(**changes: Any) -> dict[str, Any]:
    """A policy for two workers: what they agree on is settled, the rest goes to the expert."""
    return {
        "min_overlap": 2,
        "max_overlap": 2,
        "measure": "agreement",
        "threshold": 0.8,
        "assumed_accuracy": 0.8,
        "dispute": {"questions": "required", "on": "exhausted", "unsure_votes": 0},
        "prediction": "hidden",
        "lease_seconds": 900,
        **changes,
    }
