"""Things that come back in other pairs: how strong each is, over all pairs of a project.

What became of a single pair is a poll of its own (`label_types.pairwise`).
"""

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from labeling.bradley_terry import Comparisons, crowd_bradley_terry
from labeling.label_types.pairwise import LEFT, TIE


class Comparison(NamedTuple):
    """What one worker said of one pair."""

    worker: Hashable
    left: str
    right: str
    side: str
    """`left`, `right` or `tie`."""


@dataclass(frozen=True, kw_only=True)
class Strength:
    """Where a thing stands among all that it can be compared with."""

    thing: str
    strength: float
    """A logarithm, of mean 0 over all things: a is better than b with the probability
    1 / (1 + exp(s_b - s_a)). Bradley & Terry 1952."""
    group: int
    """Things of two groups were never compared, over whatever others: their strengths say nothing
    of each other. Numbered from 1, the largest first."""
    better: int
    worse: int
    alike: int
    """Judgments of each kind."""


def strengths_of(said: Iterable[Comparison]) -> list[Strength]:
    """Return the things that were compared, group by group, the strongest first.

    Workers are weighed by how often they agree with what all say (`crowd_bradley_terry`); a tie is
    one vote each way. What is compared with itself is passed over. Empty where no thing stands in
    two pairs: then no pair says anything of another.
    """
    given = [one for one in said if one.left != one.right]
    pairs = {frozenset((one.left, one.right)) for one in given}
    if not pairs or max(Counter(thing for pair in pairs for thing in pair).values()) < 2:
        return []
    things = {name: n for n, name in enumerate(sorted(set[str]().union(*pairs)))}
    workers = {name: n for n, name in enumerate(dict.fromkeys(one.worker for one in given))}
    votes: list[tuple[int, int, int]] = []
    tally: dict[str, Counter[str]] = {name: Counter() for name in things}
    for worker, left, right, side in given:
        better, worse = (left, right) if side in {LEFT, TIE} else (right, left)
        votes.append((workers[worker], things[better], things[worse]))
        if side == TIE:
            votes.append((workers[worker], things[worse], things[better]))
        tally[better]["alike" if side == TIE else "better"] += 1
        tally[worse]["alike" if side == TIE else "worse"] += 1
    fit = crowd_bradley_terry(Comparisons.of(votes, len(things), len(workers)))
    groups = _groups(pairs)
    found = [
        Strength(
            thing=name,
            strength=float(fit.strength[place]),
            group=groups[name],
            better=tally[name]["better"],
            worse=tally[name]["worse"],
            alike=tally[name]["alike"],
        )
        for name, place in things.items()
    ]
    return sorted(found, key=lambda one: (one.group, -one.strength, one.thing))


def _groups(pairs: Iterable[frozenset[str]]) -> dict[str, int]:
    """Number the connected parts of the graph of pairs, the largest first."""
    beside: dict[str, set[str]] = {}
    for one, other in map(sorted, pairs):
        beside.setdefault(one, set()).add(other)
        beside.setdefault(other, set()).add(one)
    parts: list[list[str]] = []
    seen: set[str] = set()
    for start in sorted(beside):
        if start in seen:
            continue
        seen.add(start)
        part = [start]
        for name in part:  # grows as it goes
            new = sorted(beside[name] - seen)
            seen.update(new)
            part += new
        parts.append(part)
    parts.sort(key=lambda part: (-len(part), part[0]))
    return {name: number for number, part in enumerate(parts, 1) for name in part}
