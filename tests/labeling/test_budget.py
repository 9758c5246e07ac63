"""The hurdle by which a budget is met, and what becomes of items when the money is gone."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from labeling.budget import LEAST_HURDLE, Allowance, Backlog, Bounds, allowance_of, backlog_of
from labeling.decisions import Action, Decision
from labeling.expert_rules import ExpertRules
from labeling.policy import RoutingPolicy
from labeling.priced_routing import Ballot, ItemContext, route_priced
from labeling.prices import Prices
from labeling.schema import LabelSchema
from labeling.standing import Standing

SCHEMA = LabelSchema.from_json(
    {
        "inputs": [{"id": "text", "type": "text"}],
        "questions": [{"id": "q", "type": "choice", "categories": [{"id": "a"}, {"id": "b"}]}],
    }
)
PRICES = Prices(crowd=1.0, expert=None)
CLASSES = ("a", "b")
ITEMS = 300


def backlog(prices: Prices = PRICES, accuracy: float = 0.8) -> Backlog:
    standing = Standing.unknown(CLASSES, accuracy)
    return backlog_of(standing, [], {}, size=ITEMS, prices=prices)


def allowed(per_item: float, prices: Prices = PRICES, **bounds: Any) -> Allowance:
    return allowance_of(
        [backlog(prices)],
        np.zeros(ITEMS, dtype=np.int64),
        Bounds(**{"fewest": 1, "most": 9, **bounds}),
        money=per_item * ITEMS,
        prices=prices,
    )


def bought(allowance: Allowance, seed: int) -> float:
    """The votes an item gets of a crowd as it is assumed, decided by decided as on the server."""
    dice = np.random.default_rng(seed)
    policy = RoutingPolicy(
        min_overlap=1, max_overlap=9, prices=PRICES, budget=1.0, assumed_accuracy=0.8
    )
    total = 0
    for item in range(ITEMS):
        truth = int(dice.integers(2))
        votes: list[tuple[Ballot, dict[str, str]]] = []
        action = Action.ASK_ONE_MORE
        while action is Action.ASK_ONE_MORE:
            said = truth if dice.random() < 0.8 else 1 - truth
            votes.append((Ballot(worker=len(votes)), {"q": CLASSES[said]}))
            action = route_priced(
                SCHEMA,
                policy,
                votes,
                standings={},
                context=ItemContext(key=str(item)),
                allowance=allowance,
            ).action
        total += len(votes)
    return total / ITEMS


@pytest.mark.parametrize("budget", [2.0, 3.0, 4.0])
def test_decisions_by_the_hurdle_cost_what_the_budget_says(budget: float) -> None:
    spent = np.mean([bought(allowed(budget), seed) for seed in range(3)])
    assert spent == pytest.approx(budget, rel=0.1)


def test_more_money_lowers_the_hurdle_and_enough_of_it_ends_it() -> None:
    hurdles = [allowed(budget).hurdle for budget in (0.5, 1.5, 2.5, 4.0, 9.0)]
    assert hurdles == sorted(hurdles, reverse=True)
    assert hurdles[0] == 1.0  # not even the first votes can all be paid
    assert hurdles[-1] == LEAST_HURDLE
    assert not any(allowed(budget).is_spent for budget in (0.5, 9.0))


def test_less_than_one_vote_is_left() -> None:
    assert allowed(0.5 / ITEMS) == Allowance(hurdle=1.0, is_spent=True)
    assert allowed(-3.0).is_spent


def test_a_sample_of_the_items_has_its_share_of_the_money() -> None:
    assert allowed(20.0, each=10).hurdle == allowed(2.0).hurdle


def test_an_expert_who_costs_less_takes_more_of_the_money() -> None:
    prices = replace(PRICES, expert=3.0)
    assert 0.0 < allowed(3.0, prices).hurdle < 1.0


def test_without_classes_only_whether_it_is_spent_is_known() -> None:
    nothing = allowance_of(
        [], np.zeros(3, dtype=np.int64), Bounds(fewest=1, most=3), money=5.0, prices=PRICES,
    )  # fmt: skip
    assert nothing == Allowance(hurdle=LEAST_HURDLE)


SPENT = Allowance(hurdle=1.0, is_spent=True)


def decided(said: str, *rules: dict[str, Any], **context: Any) -> Decision:
    policy = RoutingPolicy.from_json(
        {"min_overlap": 3, "prices": {"wrong": 5000}, "budget": 2, "audit": 1.0,
         "rules": list(rules)}
    )  # fmt: skip
    votes = [(Ballot(worker=place), {"q": name}) for place, name in enumerate(said)]
    return route_priced(
        SCHEMA, policy, votes, standings={}, context=ItemContext(**context), allowance=SPENT
    )


def test_when_the_money_is_gone_an_item_settles_with_what_it_has() -> None:
    one = decided("a")
    assert (one.action, one.answer, one.reason["code"]) == (
        Action.SETTLE,
        {"q": "a"},
        "budget_spent",
    )
    assert decided("").action is Action.ASK_ONE_MORE  # nothing to settle with


def test_then_rules_that_buy_are_passed_over_and_a_rule_may_hold_it() -> None:
    buys = [{"then": name} for name in ("crowd", "expert", "second_expert", "back_to_worker")]
    assert decided("a", *buys).reason["code"] == "budget_spent"
    waits = {"name": "no money", "when": {"budget_spent": {"is": True}}, "then": "hold"}
    assert decided("a", *buys, waits).action is Action.HOLD
    assert decided("a", waits, was_held=True).action is Action.SETTLE


def test_a_policy_without_a_budget_is_not_held_to_one() -> None:
    policy = RoutingPolicy(min_overlap=1, prices=replace(PRICES, wrong=5000.0))
    votes = [(Ballot(worker=1), {"q": "a"})]
    found = route_priced(
        SCHEMA, policy, votes, standings={}, context=ItemContext(), allowance=SPENT
    )
    assert (found.action, found.reason["hurdle"]) == (Action.ASK_ONE_MORE, 0.0002)
    assert "budget_spent" not in found.reason["facts"]


def test_an_expert_is_priced_with_the_share_that_two_read() -> None:
    policy = RoutingPolicy(
        prices=Prices(crowd=1.0, expert=4.0), experts=ExpertRules(double_read=0.25)
    )
    assert policy.expected_prices.expert == 5.0
    votes = [(Ballot(worker=n), {"q": name}) for n, name in enumerate("ab")]
    rates = [
        route_priced(SCHEMA, one, votes, standings={}, context=ItemContext()).reason["expert_rate"]
        for one in (policy, replace(policy, experts=ExpertRules()))
    ]
    assert rates[0] == pytest.approx(rates[1] * 4.0 / 5.0, abs=1e-6)
    assert RoutingPolicy(prices=PRICES).expected_prices.expert is None
