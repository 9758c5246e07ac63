"""A budget where labels are no classes: the hurdle makes the money reach to the last item."""

from dataclasses import replace

import pytest

from labeling.budget import LEAST_HURDLE, Allowance, allowance_by
from labeling.budget_by_record import FEWEST_ITEMS, Record, record_of
from labeling.deciding import decide
from labeling.decisions import Action
from labeling.priced_routing import Ballot, ItemContext
from labeling.prices import Prices
from labeling.votes import Label
from tests.labeling.poll_crowds import CROWDS, POLICY, by_item, crowd_at, schema_of, standing_of
from tests.labeling.samples import seeded

PRICES = Prices(crowd=1.0, expert=None, wrong=100_000.0)
POLICED = replace(POLICY, min_overlap=1, max_overlap=5, prices=PRICES, budget=1.0)
ITEMS, PLANNED_EVERY = 120, 30

Answers = list[tuple[int, dict[str, Label]]]


def planned(record: Record, items: int, money: float) -> Allowance:
    def cost(hurdle: float, share: float) -> float:
        return items * record.costs(hurdle, share, fewest=1, most=5, prices=PRICES)[0]

    return allowance_by(cost, money=money, each=1, prices=PRICES)


def spent_on(name: str, budget: float, *, is_planned: bool) -> list[int]:
    """The votes each item gets, one item after the other, as a server decides."""
    schema, standing = schema_of(CROWDS[name][0]), standing_of(name, crowd_at(name, 100)[1])
    _, votes = crowd_at(name, ITEMS, seed=1)
    chance, left = seeded(2), budget * ITEMS
    histories: list[Answers] = []
    allowance = Allowance(hurdle=LEAST_HURDLE)
    for place, said in by_item(votes).items():
        if is_planned and histories and place % PLANNED_EVERY == 0:
            record = record_of(schema, POLICED, histories, {"q": standing})
            assert record.is_enough
            allowance = planned(record, ITEMS - place, left)
        queue: Answers = [(who, {"q": label}) for who, label in chance.sample(said, len(said))]
        heard, action = 0, Action.ASK_ONE_MORE
        while action is Action.ASK_ONE_MORE and left >= 1.0:
            heard += 1
            left -= 1.0
            action = decide(
                schema,
                POLICED,
                [(Ballot(worker=who), answer) for who, answer in queue[:heard]],
                standings={"q": standing},
                context=ItemContext(key=str(place)),
                allowance=allowance,
            ).action
        histories.append(queue[:heard])
    return [len(votes) for votes in histories]


@pytest.mark.parametrize("name", ["choices", "spans", "text"])
def test_the_money_reaches_to_the_last_item(name: str) -> None:
    budget = 2.5
    blindly, planning = (spent_on(name, budget, is_planned=how) for how in (False, True))
    assert blindly[-1] == 0  # those in front took it all
    assert sum(count == 0 for count in planning) <= 0.05 * ITEMS
    assert 0.85 * budget * ITEMS <= sum(planning) <= budget * ITEMS


def test_a_dearer_hurdle_costs_less_and_what_stands_at_it_is_paid_in_part() -> None:
    schema, standing = (
        schema_of(CROWDS["spans"][0]),
        standing_of("spans", crowd_at("spans", 90)[1]),
    )
    items = [[(who, {"q": label}) for who, label in said]
             for said in by_item(crowd_at("spans", 40, seed=3)[1]).values()]  # fmt: skip
    record = record_of(schema, POLICED, items, {"q": standing})
    prices = replace(PRICES, expert=4.0)

    def rest(hurdle: float, share: float = 0.0) -> list[float]:
        return record.costs(hurdle, share, fewest=1, most=5, prices=prices)

    costs = [rest(hurdle)[0] for hurdle in (1e-9, 0.01, 0.05, 0.2, 1.0)]
    assert costs == sorted(costs, reverse=True)
    assert costs[-1] == 1.0  # the first vote is always given
    assert costs[0] > 2.0
    rate = float(record.crowd[0][0])
    without, half, fully = (rest(rate, share)[0] for share in (0.0, 0.5, 1.0))
    assert without < half < fully
    assert rest(1e-9)[5] <= 4.0  # nobody more may be asked


def test_a_handful_of_items_says_nothing() -> None:
    schema, standing = (
        schema_of(CROWDS["spans"][0]),
        standing_of("spans", crowd_at("spans", 90)[1]),
    )
    items = [[(who, {"q": label}) for who, label in said]
             for said in by_item(crowd_at("spans", FEWEST_ITEMS - 1)[1]).values()]  # fmt: skip
    assert not record_of(schema, POLICED, items, {"q": standing}).is_enough
    assert not record_of(schema, POLICED, [], {"q": standing}).is_enough
