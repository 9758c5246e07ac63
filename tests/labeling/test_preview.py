"""A policy tried on recorded votes, by the functions that decide on the server."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from labeling.expert_rules import ExpertRules
from labeling.policy import RoutingPolicy
from labeling.preview import (
    FACTORS,
    RAN_OUT,
    Forecast,
    RecordedItem,
    RecordedVote,
    curve,
    forecast,
    within_budget,
)
from labeling.priced_routing import Ballot, ItemContext
from labeling.prices import HIGHEST_PRICE, Prices
from labeling.rules import Rule, RuleAction
from labeling.schema import LabelSchema

SCHEMA = LabelSchema.from_json(
    {
        "inputs": [{"id": "text", "type": "text"}],
        "questions": [
            {"id": "q", "type": "choice", "categories": [{"id": "a"}, {"id": "b"}, {"id": "c"}]}
        ],
    }
)
PRICES = Prices(crowd=1.0, expert=5.0, wrong=60.0, expert_accuracy=0.9)
PRICED = RoutingPolicy(min_overlap=2, max_overlap=7, prices=PRICES)


def recorded(said: str, *, key: str = "1", **ballot: Any) -> RecordedItem:
    """An item on which worker 1 said the first letter, worker 2 the second, and so on."""
    return RecordedItem(
        votes=[
            RecordedVote(
                ballot=Ballot(worker=number, **ballot), answer={"q": name}, age_hours=float(number)
            )
            for number, name in enumerate(said, start=1)
        ],
        context=ItemContext(key=key),
    )


def crowd(items: int = 60, votes: int = 7) -> list[RecordedItem]:
    """Votes that are right three times in four."""
    dice = np.random.default_rng(5)
    found = []
    for number in range(items):
        truth = "abc"[number % 3]
        said = [truth if dice.random() < 0.75 else "abc"[dice.integers(3)] for _ in range(votes)]
        found.append(recorded("".join(said), key=str(number)))
    return found


def tried(policy: RoutingPolicy, items: list[RecordedItem], bill: Prices = PRICES) -> Forecast:
    return forecast(SCHEMA, policy, items, standings={}, bill=bill)


def test_votes_are_bought_one_by_one_until_the_policy_decides() -> None:
    policy = RoutingPolicy(min_overlap=2, max_overlap=3, threshold=0.9)
    found = tried(policy, [recorded("aaaa"), recorded("abab"), recorded("a")])
    # Two of a kind settle; two to one are disputed; one vote is too few, and there is no other.
    assert found.codes == {RAN_OUT: 1, "threshold_met": 1, "votes_used_up": 1}
    assert found.crowd_per_item == pytest.approx((2 + 3 + 1) / 3)
    assert found.expert_share == found.ran_out_share == pytest.approx(1 / 3)
    assert found.cost_per_item == pytest.approx((2 + 3 + 1) / 3 + 5 / 3)


def test_the_expected_error_is_what_confidence_and_experts_leave() -> None:
    policy = RoutingPolicy(min_overlap=2, max_overlap=3, threshold=0.9)
    sure = 0.8**2 / (0.8**2 + 2 * 0.1**2)
    assert tried(policy, [recorded("aa")]).expected_error == pytest.approx(1 - sure)
    assert tried(policy, [recorded("aba")]).expected_error == pytest.approx(0.1)
    assert tried(policy, [recorded("a")]).expected_error == pytest.approx(0.2)


def test_a_vote_is_not_seen_before_it_is_bought() -> None:
    found = [tried(PRICED, [recorded("aa" + rest)]) for rest in ("", "a", "bbbbb")]
    assert found[0] == found[1] == found[2]
    assert found[0].codes == {"nothing_worth_its_price": 1}


def test_a_wrong_label_that_costs_more_buys_more_and_leaves_less_error() -> None:
    items = crowd()
    found = [
        tried(replace(PRICED, prices=replace(PRICES, wrong=wrong)), items)
        for wrong in (5.0, 40.0, 300.0)
    ]
    spent = [each.cost_per_item for each in found]
    assert spent == sorted(spent)
    assert spent[0] < spent[-1]
    errors = [each.expected_error for each in found]
    assert errors == sorted(errors, reverse=True)


def test_the_codes_add_up_to_the_items_and_the_rules_to_their_code() -> None:
    rules = [
        {"name": "c is hard", "when": {"consensus": {"any_of": ["c"]}}, "then": "expert"},
        {"name": "three do", "when": {"votes": {"at_least": 3}}, "then": "accept"},
        {"name": "never", "when": {"votes": {"at_least": 50}}, "then": "accept"},
    ]
    document = {**PRICED.to_json(), "rules": rules}
    items = crowd()
    found = tried(RoutingPolicy.from_json(document, SCHEMA), items)
    assert sum(found.codes.values()) == len(items)
    hits = dict(found.rules)
    assert hits["c is hard"] + hits["three do"] == found.codes["rule"]
    assert min(hits["c is hard"], hits["three do"]) > 0
    assert hits["never"] == 0


def test_a_rule_that_asks_on_is_counted_once_an_item() -> None:
    rule = {"name": "more", "when": {"votes": {"below": 5}}, "then": "crowd"}
    policy = RoutingPolicy.from_json({**PRICED.to_json(), "rules": [rule, rule]}, SCHEMA)
    found = tried(policy, [recorded("aaaaaaa"), recorded("aaa")])
    # Of two that say the same the first decides, and always.
    assert found.rules == (("more", 2), ("more", 0))
    assert found.codes[RAN_OUT] == 1


def test_a_rule_that_asks_on_for_ever_is_passed_over_where_nobody_may_be_asked_any_more() -> None:
    document = {**PRICED.to_json(), "rules": [{"name": "on", "then": "crowd"}], "max_overlap": 3}
    found = tried(RoutingPolicy.from_json(document, SCHEMA), [recorded("aaaaaaa")])
    assert (found.crowd_per_item, found.ran_out_share) == (3.0, 0.0)
    assert found.codes == {"nothing_worth_its_price": 1}


def test_a_rule_knows_how_old_the_item_was_at_each_vote() -> None:
    rule = {"name": "old", "when": {"age_hours": {"at_least": 4}}, "then": "expert"}
    document = {**PRICED.to_json(), "prices": {"wrong": 9_000, "expert": None}, "rules": [rule]}
    found = tried(RoutingPolicy.from_json(document, SCHEMA), [recorded("ababab")])
    assert found.codes == {"rule": 1}
    assert found.crowd_per_item == 4.0


def test_unsure_votes_count_under_both_kinds_of_policy() -> None:
    items = [recorded("aaa", is_unsure=True)]
    for policy in (RoutingPolicy(unsure_votes=2), replace(PRICED, unsure_votes=2)):
        assert tried(policy, items).codes == {"unsure_votes": 1}


def test_the_audit_sends_a_drawn_share_to_experts() -> None:
    cheap = replace(PRICED, prices=replace(PRICES, wrong=2.0))
    items = [recorded("aa", key=str(number)) for number in range(200)]
    assert tried(cheap, items).expert_share == 0.0
    assert 0.15 < tried(replace(cheap, audit=0.25), items).expert_share < 0.35


def test_an_item_that_two_experts_read_costs_two_of_them() -> None:
    rule = {"name": "twice", "then": "second_expert"}
    twice = RoutingPolicy.from_json({**PRICED.to_json(), "rules": [rule]}, SCHEMA)
    drawn = replace(
        RoutingPolicy(min_overlap=2, max_overlap=2), experts=ExpertRules(double_read=1.0)
    )
    for policy in (twice, drawn):
        found = tried(policy, [recorded("ab")])
        assert (found.expert_share, found.cost_per_item) == (1.0, 2.0 + 2 * 5.0)


def test_an_expert_without_a_price_costs_five_votes() -> None:
    policy = RoutingPolicy(min_overlap=2, max_overlap=2, threshold=0.9)
    bill = replace(PRICES, crowd=2.0, expert=None)
    assert tried(policy, [recorded("ab")], bill).cost_per_item == 2 * 2.0 + 10.0


def test_without_items_everything_is_zero() -> None:
    found = tried(PRICED, []).to_json()
    numbers = [value for value in found.values() if isinstance(value, float)]
    assert numbers == [0.0] * 7 + [PRICES.wrong]
    assert all(math.isfinite(number) for number in numbers)
    assert (found["codes"], found["rules"]) == ({}, [])
    assert curve(SCHEMA, PRICED, [], standings={}) == []


def test_the_curve_costs_more_and_errs_less_along_the_price_of_a_wrong_label() -> None:
    points = curve(SCHEMA, PRICED, crowd(), standings={})
    assert [point["wrong"] for point in points] == [60.0 * factor for factor in FACTORS]
    spent = [point["cost_per_item"] for point in points]
    errors = [point["expected_error"] for point in points]
    assert spent == sorted(spent)
    assert spent[0] < spent[-1]
    assert errors[0] > errors[-1]
    alone = tried(PRICED, crowd())
    assert points[3]["cost_per_item"] == pytest.approx(alone.cost_per_item, abs=1e-6)


def test_a_policy_without_prices_has_no_curve() -> None:
    assert curve(SCHEMA, RoutingPolicy(), crowd(3), standings={}) == []


def test_the_curve_stays_within_the_prices_there_can_be() -> None:
    dear = replace(PRICED, prices=replace(PRICES, wrong=HIGHEST_PRICE))
    points = curve(SCHEMA, dear, crowd(3), standings={})
    assert max(point["wrong"] for point in points) == HIGHEST_PRICE
    assert len(points) == 4


def test_what_goes_back_costs_a_judgment_each_and_what_is_held_goes_on() -> None:
    rules = (
        Rule(name="look again", conditions=(), action=RuleAction.BACK_TO_WORKER),
        Rule(name="ask the lead", conditions=(), action=RuleAction.HOLD),
    )
    policy = replace(PRICED, max_overlap=2, prices=replace(PRICES, expert=None), rules=rules)
    found = tried(policy, [recorded("aa"), recorded("ab")])
    # Where nobody disagrees both look again; where one does, that one.
    assert found.returns_per_item == 1.5
    assert found.cost_per_item == 3.5
    assert found.held_share == 1.0
    assert found.rules == (("look again", 2), ("ask the lead", 2))
    assert found.codes == {"nothing_worth_its_price": 2}


def test_a_budget_finds_the_price_by_which_it_is_met() -> None:
    items = crowd()
    policy = replace(PRICED, min_overlap=1, prices=replace(PRICES, expert=None))
    costs = []
    for budget in (2.0, 3.0, 4.0):
        met = within_budget(SCHEMA, replace(policy, budget=budget), items, standings={})
        costs.append(tried(met, items).cost_per_item)
        assert costs[-1] <= budget
    assert costs == sorted(costs)
    assert costs[-1] > costs[0]
    assert within_budget(SCHEMA, policy, items, standings={}) is policy
