"""The budget on the server: counted, met, reported, and each decision recounts."""

from typing import Any

import numpy as np
import pytest

from annotate import models
from annotate.documents import in_force
from annotate.jobs.tasks import run_refresh
from annotate.queries.spending import budget_is_spent, spending_of
from annotate.queries.why import why
from annotate.services.projects import change_policy
from annotate.services.refresh import refresh_crowd, start_due_refreshes
from tests import make
from tests.annotate import acting
from tests.annotate.invariants import broken_promises
from tests.annotate.spreading import Lead

pytestmark = pytest.mark.django_db

PRICED: dict[str, Any] = {
    "min_overlap": 1,
    "max_overlap": 6,
    "prices": {"crowd": 1, "expert": None, "wrong": 100_000},
}
WAITS = {"name": "no money", "when": {"budget_spent": {"is": True}}, "then": "hold"}


def work_off(project: models.Project, *, seed: int = 3) -> None:
    """Six workers, right four times in five, judge all that is handed out; refreshes come between,
    as the worker process would make them."""
    dice = np.random.default_rng(seed)
    callers = [make.client_for(make.worker(project)) for _ in range(6)]
    is_waiting = True
    while is_waiting:
        is_waiting = False
        for place in dice.permutation(6):
            for lease in acting.claim(callers[place], project):
                is_waiting = True
                truth = models.Assignment.objects.get(pk=lease["id"]).item_id % 2
                says = truth if dice.random() < 0.8 else 1 - truth
                acting.submit(callers[place], lease["id"], make.POS if says else make.NEG)
        if project.pk in start_due_refreshes():
            run_refresh(project.pk)


def board(project: models.Project) -> Any:
    return make.client_for(project.created_by).get(f"projects/{project.pk}/board/")[1]


@pytest.mark.parametrize("budget", [2.0, 3.0])
def test_a_project_spends_its_budget_and_no_more(budget: float) -> None:
    project = make.project(policy={**PRICED, "budget": budget})
    make.items(project, 60)
    refresh_crowd(project=project)
    work_off(project)
    bill = board(project)["bill"]
    assert bill["crowd"] == models.Judgment.objects.filter(project=project).count()
    assert 0.85 * budget <= bill["per_item"] <= budget + 6 / 60
    assert bill["left"] == max(bill["allowed"] - bill["spent"], 0.0)
    for item in models.Item.objects.filter(project=project, stage="settled"):
        assert why(item)["recomputes"]
    assert not broken_promises()


def spent_project(*rules: dict[str, Any]) -> models.Project:
    """Ten items, money for ten votes, two of them on each of the first five."""
    project = make.project(
        policy={**PRICED, "min_overlap": 3, "budget": 1.0, "rules": list(rules)}
    )
    make.items(project, 10)
    for worker in (make.worker(project) for _ in range(2)):
        caller = make.client_for(worker)
        for lease in acting.claim(caller, project, 5):
            acting.submit(caller, lease["id"], make.POS)
    return project


def test_when_it_is_spent_what_has_votes_settles_and_nothing_is_handed_out() -> None:
    project = spent_project()
    run_refresh(project.pk)
    stages = models.Item.objects.filter(project=project).order_by("pk")
    assert list(stages.values_list("stage", flat=True)) == ["settled"] * 5 + ["new"] * 5
    final = models.FinalLabel.objects.filter(project=project).latest("pk")
    assert final.reason["code"] == "budget_spent"
    assert why(final.item)["recomputes"]
    assert acting.claim(make.client_for(make.worker(project)), project) == []
    bill = board(project)["bill"]
    assert (bill["is_spent"], bill["left"], bill["spent"], bill["undecided"]) == (True, 0, 10, 5)


def test_more_money_or_more_items_let_it_go_on() -> None:
    project = spent_project()
    run_refresh(project.pk)
    change_policy(
        project=project,
        author=project.created_by,
        document={**PRICED, "min_overlap": 3, "budget": 2.0},
    )
    run_refresh(project.pk)  # which the change has asked for
    assert acting.claim(make.client_for(make.worker(project)), project) != []
    project = spent_project()
    make.items(project, 10)
    run_refresh(project.pk)
    assert acting.claim(make.client_for(make.worker(project)), project) != []


def test_copies_that_wait_for_a_label_leave_their_money_to_the_others() -> None:
    texts = [f"{word} film number {number}" for number in range(8) for word in ("good", "GOOD")]
    lead = Lead(*texts, policy={**PRICED, "budget": 1.5})
    callers = [make.client_for(make.worker(lead.project)) for _ in range(4)]
    for place, caller in enumerate(callers):
        for lease in acting.claim(caller, lead.project, 2):
            acting.submit(caller, lease["id"], make.POS if place else make.NEG)

    def dearness() -> tuple[float, float]:
        refresh_crowd(project=lead.project)
        latest = models.CrowdVersion.objects.filter(project=lead.project).latest("version")
        assert latest.allowance is not None
        return latest.allowance["hurdle"], -latest.allowance["share"]

    before = dearness()
    assert lead.spread()["counts"]["waiting"] > 2
    assert dearness() < before


def test_before_there_are_items_nothing_is_spent() -> None:
    project = make.project(policy={**PRICED, "budget": 1.0})
    run_refresh(project.pk)
    make.item(project)
    assert acting.claim(make.client_for(make.worker(project)), project) != []


def test_a_rule_holds_instead_and_the_lead_lets_them_go_on() -> None:
    project = spent_project(WAITS)
    run_refresh(project.pk)
    held = models.Item.objects.filter(project=project, stage="held")
    assert held.count() == 5
    assert board(project)["held"]["waiting"] == 5
    make.client_for(project.created_by).post(f"projects/{project.pk}/held/resume/")
    assert held.count() == 0  # an item is held once: now it settles with what it has
    for item in models.Item.objects.filter(project=project, stage="settled"):
        assert why(item)["recomputes"]


def test_money_that_is_gone_between_two_refreshes_is_noticed_by_the_counters() -> None:
    project = make.project(policy={**PRICED, "min_overlap": 3, "budget": 1.0})
    make.items(project, 5)
    refresh_crowd(project=project)
    assert start_due_refreshes() == []
    acting.vote(project, make.POS, make.POS, make.POS)
    assert start_due_refreshes() == []
    acting.vote(project, make.POS, make.POS)
    assert start_due_refreshes() == [project.pk]
    run_refresh(project.pk)
    assert start_due_refreshes() == []
    assert budget_is_spent(project, in_force(project).policy)


def test_readings_and_second_looks_are_paid_too() -> None:
    prices = {"crowd": 1, "expert": 5, "wrong": 60}
    split = {"conflict": {"any_of": ["pos", "neg"]}}
    rules = [
        {"name": "look", "when": split, "then": "back_to_worker"},
        {"name": "ask", "when": split, "then": "second_expert"},
    ]
    project = make.project(
        policy={"min_overlap": 2, "max_overlap": 2, "prices": prices, "rules": rules}
    )
    item = make.item(project)
    _, second = (judgment.worker for judgment in acting.vote(project, make.POS, make.NEG))
    experts = [make.worker(project, "expert") for _ in range(2)]
    (lease,) = acting.claim(make.client_for(second), project)
    acting.submit(make.client_for(second), lease["id"], make.NEG)
    for expert in experts:
        assert acting.decide(make.client_for(expert), item, make.POS)[0] == 200
    spending = spending_of(project)
    assert (spending.crowd, spending.expert) == (3, 2)
    bill = board(project)["bill"]
    assert (bill["spent"], bill["budget"], bill["left"]) == (13.0, None, None)


def test_a_project_without_prices_has_no_bill() -> None:
    assert board(make.project())["bill"] is None
