"""What a budget allows where labels are no classes: the votes there were say what more will cost.

Sets, spans and texts have no confusion table to make up votes from (`labeling.budget`). So the
votes that were given are weighed once more, item by item and vote after vote: of the items that
had so many votes, a share gained more than the hurdle by one vote more, and would go on. Items
that stopped are missing among those with more votes; those that went on stand for them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from labeling.ballots import Floats
from labeling.budget import HAIR
from labeling.deciding import decide
from labeling.policy import RoutingPolicy
from labeling.priced_routing import Ballot, ItemContext
from labeling.prices import Prices
from labeling.schema import LabelSchema
from labeling.standing import Standing
from labeling.votes import Label

FEWEST_ITEMS = 30
"""With fewer items whose votes are known nobody can say what the others will cost."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """What one more judgment gained, by the number of votes before it."""

    crowd: Sequence[Floats]
    """By votes, from 1: the gain by a vote for its cost, of the items that had so many."""
    expert: Sequence[Floats]
    """Likewise by an expert."""

    @property
    def is_enough(self) -> bool:
        """Whether there are enough items to say anything."""
        return bool(self.crowd) and len(self.crowd[0]) >= FEWEST_ITEMS

    def costs(
        self, hurdle: float, share: float, *, fewest: int, most: int, prices: Prices
    ) -> list[float]:
        """Return what an item that has 0, 1 .. `most` votes is expected to cost still.

        Of what gains just the hurdle a `share` is paid.
        """
        after = [0.0] * (most + 2)
        for votes in range(most, 0, -1):
            place = min(votes, len(self.crowd)) - 1
            goes_on, asks_expert = _shares(
                self.crowd[place], self.expert[place], hurdle=hurdle, share=share
            )
            if votes < fewest:
                goes_on, asks_expert = 1.0, 0.0
            elif votes == most:
                goes_on = 0.0
            after[votes] = goes_on * (prices.crowd + after[votes + 1])
            after[votes] += asks_expert * (prices.expert or 0.0)
        after[0] = prices.crowd + after[1]
        return after[: most + 1]


def _shares(crowd: Floats, expert: Floats, *, hurdle: float, share: float) -> tuple[float, float]:
    """Return which share of items buys a vote, and which an expert."""
    bought, read = 0.0, 0.0
    for part, least in ((share, hurdle * (1.0 - HAIR)), (1.0 - share, hurdle * (1.0 + HAIR))):
        is_bought = crowd > np.maximum(least, expert)
        bought += part * float(is_bought.mean())
        read += part * float((~is_bought & (expert > least)).mean())
    return bought, read


def record_of(
    schema: LabelSchema,
    policy: RoutingPolicy,
    items: Sequence[Sequence[tuple[int, Mapping[str, Label]]]],
    standings: Mapping[str, Standing],
) -> Record:
    """Weigh the votes, (worker, answer) in their order, of items once more under this crowd."""
    bare = replace(policy, min_overlap=1, rules=(), budget=None)
    crowd: list[list[float]] = [[] for _ in range(policy.max_overlap)]
    expert: list[list[float]] = [[] for _ in range(policy.max_overlap)]
    for votes in items:
        ballots = [(Ballot(worker=worker), answer) for worker, answer in votes]
        for count in range(1, min(len(votes), policy.max_overlap) + 1):
            reason = decide(
                schema, bare, ballots[:count], standings=standings, context=ItemContext()
            ).reason
            crowd[count - 1].append(float(reason["crowd_rate"]))
            expert[count - 1].append(float(reason["expert_rate"]))
    known = sum(1 for rates in crowd if rates)
    return Record(
        crowd=[np.array(rates) for rates in crowd[:known]],
        expert=[np.array(rates) for rates in expert[:known]],
    )
