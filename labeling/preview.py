"""A policy tried on recorded votes: what it would have bought, decided and cost.

Every decision is made by the functions that decide on the server. A vote is seen only after it
is bought, in the order in which the votes came.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from labeling.deciding import decide, readings_of
from labeling.decisions import Action, Decision
from labeling.policy import RoutingPolicy
from labeling.priced_routing import Ballot, ItemContext
from labeling.prices import HIGHEST_PRICE, LOWEST_PRICE, Prices
from labeling.schema import LabelSchema
from labeling.standing import Standing
from labeling.votes import JSON, Label

RAN_OUT = "ran_out"
"""Stands for the code of an item that would have got more votes than were recorded, or that the
policy neither settles nor passes on."""
FACTORS = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
"""The curve prices a wrong label at so many times what the policy does."""
BUDGET_STEPS = 9
MOST_WORTH = 1e6
"""Where the budget is met is searched for between prices of 1 and so many votes for a wrong
label; after the steps it is known to 3 %."""
DIGITS = 6


@dataclass(frozen=True, kw_only=True)
class RecordedVote:
    """A vote that once came in, and how old its item was then."""

    ballot: Ballot
    answer: Mapping[str, Label]
    age_hours: float | None = None


@dataclass(frozen=True, kw_only=True)
class RecordedItem:
    """An item with its votes in the order they came; at least one."""

    votes: Sequence[RecordedVote]
    context: ItemContext


@dataclass(frozen=True, kw_only=True)
class _Ending:
    """How the replay of one item ended."""

    decision: Decision
    votes: int
    has_run_out: bool
    rules: frozenset[int]
    """The places of the rules that decided at some step."""
    returns: int = 0
    """How many votes were asked for again."""
    was_held: bool = False

    @property
    def code(self) -> str:
        return RAN_OUT if self.has_run_out else str(self.decision.reason["code"])

    @property
    def is_disputed(self) -> bool:
        return self.decision.action is Action.DISPUTE

    def readings(self, policy: RoutingPolicy, key: str) -> int:
        """Return how many experts read the item."""
        return readings_of(self.decision.reason, policy, key) if self.is_disputed else 0


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """What a policy makes of recorded items, on average. Zeros when there is none."""

    crowd_per_item: float
    expert_share: float
    cost_per_item: float
    expected_error: float
    ran_out_share: float
    returns_per_item: float
    held_share: float
    wrong: float | None
    """The price of a wrong label it was made with; None for a policy without prices."""
    codes: dict[str, int]
    """How many items each code ended; they add up to the items."""
    rules: tuple[tuple[str, int], ...]
    """Of each rule its name, and on how many items it decided at some step."""

    def to_json(self) -> dict[str, JSON]:
        """Return what a screen shows."""
        return {
            "crowd_per_item": round(self.crowd_per_item, DIGITS),
            "expert_share": round(self.expert_share, DIGITS),
            "cost_per_item": round(self.cost_per_item, DIGITS),
            "expected_error": round(self.expected_error, DIGITS),
            "ran_out_share": round(self.ran_out_share, DIGITS),
            "returns_per_item": round(self.returns_per_item, DIGITS),
            "held_share": round(self.held_share, DIGITS),
            "wrong": None if self.wrong is None else round(self.wrong, DIGITS),
            "codes": self.codes,
            "rules": [{"name": name, "hits": hits} for name, hits in self.rules],
        }


def forecast(
    schema: LabelSchema,
    policy: RoutingPolicy,
    items: Sequence[RecordedItem],
    *,
    standings: Mapping[str, Standing],
    bill: Prices,
) -> Forecast:
    """Replay the items under the policy, and count what it costs at the prices of `bill`.

    An item that settles, or runs out of votes, is expected to be wrong by what its confidence
    leaves; a disputed one as often as an expert errs. What a worker who is asked again would say
    nobody knows: it costs a judgment, and the vote stays. What is held is taken to be released.
    """
    endings = [_replay(schema, policy, item, standings) for item in items]
    votes = _mean(ending.votes for ending in endings)
    returns = _mean(ending.returns for ending in endings)
    readings = _mean(
        ending.readings(policy, item.context.key)
        for ending, item in zip(endings, items, strict=True)
    )
    hits = Counter(place for ending in endings for place in ending.rules)
    return Forecast(
        crowd_per_item=votes,
        expert_share=_mean(ending.is_disputed for ending in endings),
        cost_per_item=(votes + returns) * bill.crowd + readings * bill.billed_expert,
        expected_error=_mean(
            1.0 - (bill.expert_accuracy if ending.is_disputed else ending.decision.confidence)
            for ending in endings
        ),
        ran_out_share=_mean(ending.has_run_out for ending in endings),
        returns_per_item=returns,
        held_share=_mean(ending.was_held for ending in endings),
        wrong=None if policy.prices is None else policy.prices.wrong,
        codes=dict(sorted(Counter(ending.code for ending in endings).items())),
        rules=tuple((rule.name, hits[place]) for place, rule in enumerate(policy.rules)),
    )


def within_budget(
    schema: LabelSchema,
    policy: RoutingPolicy,
    items: Sequence[RecordedItem],
    *,
    standings: Mapping[str, Standing],
) -> RoutingPolicy:
    """Return the policy at the highest price of a wrong label by which its budget is met.

    As it is without a budget, and without items.
    """
    prices = policy.prices
    if policy.budget is None or prices is None or not items:
        return policy
    low, high = prices.crowd, prices.crowd * MOST_WORTH
    for _ in range(BUDGET_STEPS):
        middle = math.sqrt(low * high)
        priced = replace(policy, prices=replace(prices, wrong=_within(middle)))
        found = forecast(schema, priced, items, standings=standings, bill=prices)
        low, high = (middle, high) if found.cost_per_item <= policy.budget else (low, middle)
    return replace(policy, prices=replace(prices, wrong=_within(low)))


def curve(
    schema: LabelSchema,
    policy: RoutingPolicy,
    items: Sequence[RecordedItem],
    *,
    standings: Mapping[str, Standing],
) -> list[dict[str, JSON]]:
    """Return what the policy costs and misses when a wrong label costs less or more than it says.

    Empty for a policy without prices, and without items.
    """
    prices = policy.prices
    if prices is None or not items:
        return []
    points = []
    for wrong in dict.fromkeys(_within(prices.wrong * factor) for factor in FACTORS):
        priced = replace(policy, prices=replace(prices, wrong=wrong))
        found = forecast(schema, priced, items, standings=standings, bill=prices)
        points.append(
            {
                "wrong": wrong,
                "cost_per_item": round(found.cost_per_item, DIGITS),
                "expected_error": round(found.expected_error, DIGITS),
                "expert_share": round(found.expert_share, DIGITS),
            }
        )
    return points


def _replay(
    schema: LabelSchema,
    policy: RoutingPolicy,
    item: RecordedItem,
    standings: Mapping[str, Standing],
) -> _Ending:
    """Buy vote after vote until the policy decides, or there is none left to buy."""
    rules = [rule.to_json() for rule in policy.rules]
    hit = set()
    most = min(len(item.votes), policy.max_overlap)
    bought = 1
    context = item.context
    while True:
        decision = _decide(schema, policy, item.votes[:bought], context, standings)
        if (rule := decision.reason.get("rule")) is not None:
            hit.add(rules.index(rule))
        if decision.action is Action.HOLD:
            context = replace(context, was_held=True)
        elif decision.action is Action.ASK_AGAIN:
            asked = context.asked_again | frozenset(decision.again)
            context = replace(context, asked_again=asked)
        elif decision.action is Action.ASK_ONE_MORE and bought < most:
            bought += 1
        else:
            break
    return _Ending(
        decision=decision,
        votes=bought,
        has_run_out=decision.action is Action.ASK_ONE_MORE,
        rules=frozenset(hit),
        returns=len(context.asked_again),
        was_held=context.was_held,
    )


def _decide(
    schema: LabelSchema,
    policy: RoutingPolicy,
    votes: Sequence[RecordedVote],
    context: ItemContext,
    standings: Mapping[str, Standing],
) -> Decision:
    """Decide by the votes bought so far alone, as the server would have."""
    return decide(
        schema,
        policy,
        [(vote.ballot, vote.answer) for vote in votes],
        standings=standings,
        context=replace(context, age_hours=votes[-1].age_hours),
    )


def _within(price: float) -> float:
    return min(max(price, LOWEST_PRICE), HIGHEST_PRICE)


def _mean(numbers: Iterable[float]) -> float:
    listed = list(numbers)
    return sum(listed) / len(listed) if listed else 0.0
