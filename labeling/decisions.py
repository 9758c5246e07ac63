"""What becomes of an item, as a value."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from labeling.evidence import Evidence
from labeling.votes import JSON, Answer


class Action(Enum):
    """What to do with the item."""

    ASK_ONE_MORE = "ask_one_more"  # one further worker is to judge it
    SETTLE = "settle"  # the consensus becomes the final label
    DISPUTE = "dispute"  # an expert is to decide
    ASK_AGAIN = "ask_again"  # workers who voted are to look at it again
    HOLD = "hold"  # nobody is asked until a lead releases it


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What becomes of an item, and why."""

    action: Action
    answer: Answer | None
    """The consensus when it settles, else None."""
    confidence: float
    """0..1: that of the least sure dispute question; with none, of the least sure of all."""
    reason: dict[str, JSON]
    """JSON: code, sentence, the numbers of the policy and of every question."""
    again: tuple[int, ...] = ()
    """The workers who are to look at it again."""


def consensus_of(evidence: Sequence[Evidence]) -> Answer:
    """Return the consensus of every question that has one."""
    labels = ((found.question, found.label()) for found in evidence)
    return {question: label for question, label in labels if label is not None}
