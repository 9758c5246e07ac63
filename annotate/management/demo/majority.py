"""What a plain majority of the recorded votes would have got right."""

from collections.abc import Sequence
from fractions import Fraction
from math import comb

from annotate.management.demo.recorded import RecordedItem


def majority_accuracy(items: Sequence[RecordedItem], votes: int) -> Fraction:
    """The expected share of items that a majority of `votes` random votes of an item gets right.

    Exact: the number of right ones among votes drawn without replacement is hypergeometric. A
    tie counts half, as a coin would decide it. Raises ValueError when an item has fewer votes.
    """
    if not items:
        raise ValueError("there has to be an item")
    return sum((_chance_to_be_right(item, votes) for item in items), Fraction()) / len(items)


def _chance_to_be_right(item: RecordedItem, drawn: int) -> Fraction:
    recorded = len(item.votes)
    if not 1 <= drawn <= recorded:
        raise ValueError(f"item {item.id} has {recorded} votes, not {drawn}")
    right = sum(vote == item.gold for vote in item.votes.values())
    ways = Fraction(0)
    for hits in range(drawn + 1):
        weight = Fraction(1, 2) if 2 * hits == drawn else Fraction(2 * hits > drawn)
        ways += weight * comb(right, hits) * comb(recorded - right, drawn - hits)
    return ways / comb(recorded, drawn)
