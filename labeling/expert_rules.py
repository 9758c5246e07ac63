"""How experts read disputes: the object at "experts" of a policy."""

import hashlib
from dataclasses import dataclass
from typing import ClassVar

from labeling.problems import pointer, shown
from labeling.reading import Reader
from labeling.votes import JSON

MOST_LEASES = 50
LONGEST_WAIT = 10_000.0


@dataclass(frozen=True, kw_only=True)
class ExpertRules:
    """What an expert sees, how much one may hold, and how many disputes are read twice."""

    blind: bool = True
    """Votes and prediction stay hidden until the expert has committed an own answer."""
    double_read: float = 0.0
    """The share of the disputes that two experts read, each without the other; 0..1."""
    most_at_once: int = 5
    """So many disputes an expert may hold."""
    overdue_hours: float = 24.0
    """A dispute older than this goes first, and to anyone."""

    KEYS: ClassVar[tuple[str, ...]] = ("blind", "double_read", "most_at_once", "overdue_hours")

    def to_json(self) -> dict[str, JSON]:
        """Return the document that `read_expert_rules` reads."""
        return {key: getattr(self, key) for key in self.KEYS}

    def is_drawn(self, key: str) -> bool:
        """Whether the item is read by two: by its key alone, so that a recount draws the same."""
        digest = hashlib.sha256(f"double:{key}".encode()).digest()
        return int.from_bytes(digest[:8]) < self.double_read * 2.0**64


def read_expert_rules(parent: Reader) -> ExpertRules:
    """Read the object at "experts" of a policy; no key, as in older policies: the defaults."""
    raw = parent.raw.get("experts", {})
    if not isinstance(raw, dict):
        message = f'"experts" is {shown(raw)}. Send an object with blind, double_read and so on.'
        parent.report("experts", "wrong_type", message)
        raw = {}
    reader = Reader(raw, parent.problems, parent.path + pointer("experts"))
    reader.refuse_other_keys(ExpertRules.KEYS)
    default = ExpertRules()
    return ExpertRules(
        blind=reader.flag("blind", default=default.blind),
        double_read=reader.number("double_read", default.double_read, lowest=0.0, highest=1.0),
        most_at_once=reader.integer(
            "most_at_once", default.most_at_once, lowest=1, highest=MOST_LEASES
        ),
        overdue_hours=reader.number(
            "overdue_hours", default.overdue_hours, lowest=0.0, highest=LONGEST_WAIT
        ),
    )
