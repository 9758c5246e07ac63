"""Judgments with prices: the crowd is learnt, votes are weighed, and each reason recounts."""

from typing import Any

import numpy as np
import pytest
from pytest_django import DjangoAssertNumQueries

from annotate import models
from annotate.queries.why import why
from annotate.services.refresh import refresh_crowd, start_due_refreshes
from labeling.refresh import FEWEST_NEW_VOTES
from tests import make
from tests.annotate import acting
from tests.annotate.invariants import broken_promises

pytestmark = pytest.mark.django_db

PRICED = {
    "min_overlap": 2,
    "max_overlap": 5,
    "prices": {"crowd": 1, "expert": 5, "wrong": 60, "expert_accuracy": 0.95},
}


def reason_of(item: models.Item) -> dict[str, Any]:
    event = models.Event.objects.filter(item=item).exclude(kind="item.judged").latest("pk")
    reason: dict[str, Any] = event.payload
    return reason


def crowd_at_work(project: models.Project, *, items: int, seed: int = 3) -> list[models.Worker]:
    """Six workers, two of whom guess, judge everything that is handed out."""
    dice = np.random.default_rng(seed)
    make.items(project, items)
    workers = [make.worker(project) for _ in range(6)]
    callers = [make.client_for(worker) for worker in workers]
    is_waiting = True
    while is_waiting:
        is_waiting = False
        for place in dice.permutation(6):
            for lease in acting.claim(callers[place], project):
                is_waiting = True
                truth = models.Assignment.objects.get(pk=lease["id"]).item_id % 2
                says = truth if dice.random() < (0.5 if place < 2 else 0.9) else 1 - truth
                acting.submit(callers[place], lease["id"], make.POS if says else make.NEG)
        if project.pk in start_due_refreshes():
            refresh_crowd(project=project)
    return workers


def test_before_anything_is_learnt_everybody_counts_as_the_policy_assumes() -> None:
    project = make.project(policy=PRICED)
    item = make.item(project)
    acting.vote(project, make.POS, make.POS)
    reason = reason_of(item)
    (tone,) = reason["questions"].values()
    assert tone["posterior"]["pos"] == pytest.approx(0.64 / 0.68, abs=1e-6)
    assert tone["dissent"] == 0.0
    assert reason["made_of"]["crowd"] is None
    assert [step["vote"] for step in tone["steps"]] == [1, 2]


def test_a_wrong_label_that_costs_little_settles_early_and_one_that_costs_much_asks_on() -> None:
    stages = {}
    for wrong in (2, 5000):
        policy = {**PRICED, "prices": {**PRICED["prices"], "wrong": wrong}}  # type: ignore[dict-item]
        project = make.project(policy=policy)
        item = make.item(project)
        acting.vote(project, make.POS, make.POS)
        item.refresh_from_db()
        stages[wrong] = (item.stage, reason_of(item)["code"])
    assert stages == {
        2: ("settled", "nothing_worth_its_price"),
        5000: ("open", "crowd_gains_more"),
    }


def test_an_expert_is_asked_when_that_gains_more_than_another_vote() -> None:
    policy = {**PRICED, "max_overlap": 2}
    project = make.project(policy=policy)
    item = make.item(project)
    acting.vote(project, make.POS, make.NEG)
    item.refresh_from_db()
    reason = reason_of(item)
    assert (item.stage, reason["code"]) == ("disputed", "expert_gains_more")
    assert reason["expert_rate"] > reason["hurdle"]
    assert reason["sentence"].startswith("2 votes, 50% sure")


def test_without_an_expert_nothing_is_disputed() -> None:
    prices = {**PRICED["prices"], "expert": None}  # type: ignore[dict-item]
    project = make.project(policy={**PRICED, "max_overlap": 2, "prices": prices})
    item = make.item(project)
    acting.vote(project, make.POS, make.NEG)
    item.refresh_from_db()
    assert item.stage == "settled"


@pytest.mark.parametrize(
    ("when", "then", "stage"),
    [
        ({"votes": {"at_least": 2}}, "accept", "settled"),
        ({"conflict": {"any_of": ["pos", "neg"]}}, "expert", "disputed"),
        ({"comments": {"at_least": 1}}, "expert", "open"),
        ({"posterior": {"below": 0.6}}, "crowd", "open"),
    ],
)
def test_a_rule_goes_before_the_prices(when: Any, then: str, stage: str) -> None:
    rule = {"name": "mine", "when": when, "then": then}
    project = make.project(policy={**PRICED, "rules": [rule]})
    item = make.item(project)
    acting.vote(project, make.POS, make.NEG)
    item.refresh_from_db()
    assert item.stage == stage
    if then != "expert" or stage == "disputed":
        assert reason_of(item)["rule"]["name"] == "mine"


def test_a_rule_may_ask_what_the_model_said() -> None:
    rule = {"when": {"model_disagrees": {"is": True}}, "then": "expert"}
    project = make.project(policy={**PRICED, "rules": [rule]})
    items = make.items(project, 2)
    for item, label in zip(items, ("pos", "neg"), strict=True):
        models.Prediction.objects.create(item=item, question="tone", label=label, score=0.9)
        acting.vote(project, make.POS, make.POS)
        item.refresh_from_db()
    assert [item.stage for item in items] == ["settled", "disputed"]
    assert reason_of(items[1])["made_of"]["model"] == {"tone": "neg"}
    assert why(items[1])["recomputes"]


def test_everything_that_would_settle_is_audited_when_the_share_is_one() -> None:
    cheap = {**PRICED["prices"], "wrong": 2}  # type: ignore[dict-item]
    project = make.project(policy={**PRICED, "prices": cheap, "audit": 1.0})
    item = make.item(project)
    acting.vote(project, make.POS, make.POS)
    item.refresh_from_db()
    assert (item.stage, reason_of(item)["code"]) == ("disputed", "audit")


def test_a_refresh_tells_who_guesses_and_later_votes_are_weighed_by_it() -> None:
    project = make.project(policy={**PRICED, "min_overlap": 3})
    workers = crowd_at_work(project, items=150)
    newest = models.CrowdVersion.objects.filter(project=project).latest("version")
    standing = newest.standings["tone"]
    accuracy = dict(zip(standing["workers"], standing["accuracy"], strict=True))
    guessers, others = workers[:2], workers[2:]
    assert max(accuracy[w.pk] for w in guessers) < min(accuracy[w.pk] for w in others)
    finals = models.FinalLabel.objects.filter(project=project)
    right = [(f.answer["tone"] == "pos") == (f.item_id % 2 == 1) for f in finals]
    assert np.mean(right) > 0.85
    assert not broken_promises()


def test_every_decision_of_a_project_recounts_from_its_trail() -> None:
    project = make.project(policy=PRICED)
    crowd_at_work(project, items=60)
    expert = make.client_for(make.worker(project, "expert"))
    stories = []
    for item in models.Item.objects.filter(project=project).order_by("pk"):
        if item.stage == "disputed":
            assert acting.decide(expert, item, make.POS)[0] == 200
        item.refresh_from_db()
        stories.append(why(item))
    assert len(stories) == 60
    assert all(story["recomputes"] for story in stories)
    decisions = [decision for story in stories for decision in story["decisions"]]
    assert {decision["crowd_version"] for decision in decisions} > {None}
    assert any(story["verdicts"] for story in stories)
    for decision in decisions:
        assert decision["why_not_cheaper"]
        assert decision["why_not_higher"]


def test_a_decision_that_was_made_of_something_else_is_found_out() -> None:
    project = make.project(policy=PRICED)
    item = make.item(project)
    acting.vote(project, make.POS, make.POS)
    made_of = reason_of(item)["made_of"]
    forged = {**reason_of(item), "crowd_rate": 0.5, "made_of": made_of}
    models.Event.objects.create(project=project, item=item, kind="overlap.raised", payload=forged)
    assert [decision["recomputes"] for decision in why(item)["decisions"]] == [True, False]


def test_the_story_is_served_under_the_item_alone() -> None:
    project = make.project(policy=PRICED)
    item = make.item(project)
    acting.vote(project, make.POS, make.NEG, make.POS)
    status, body = make.client_for(make.worker(project, "lead")).get(f"items/{item.pk}/why/")
    assert status == 200
    assert body["recomputes"] is True
    first = body["decisions"][0]
    assert [ballot["answer"] for ballot in first["ballots"]] == [make.POS, make.NEG]
    assert first["policy_version"] == 1
    assert make.client_for(make.worker(project)).get(f"items/{item.pk}/why/")[0] == 403


def test_a_threshold_policy_recounts_too() -> None:
    project = make.project()
    item = make.item(project)
    acting.vote(project, make.POS, make.NEG, make.POS)
    story = why(item)
    assert [decision["code"] for decision in story["decisions"]] == [
        "below_threshold",
        "votes_used_up",
    ]
    assert story["recomputes"]


def test_a_refresh_is_asked_for_when_enough_is_new() -> None:
    project = make.project(policy=PRICED)
    make.items(project, FEWEST_NEW_VOTES)
    workers = [make.worker(project) for _ in range(2)]
    for _ in range(FEWEST_NEW_VOTES // 2):
        acting.judge(workers[0], make.POS)
    assert start_due_refreshes() == []
    for _ in range(FEWEST_NEW_VOTES // 2):
        acting.judge(workers[1], make.POS)
    assert start_due_refreshes() == [project.pk]
    refresh_crowd(project=project)
    assert start_due_refreshes() == []
    plain = make.project()
    assert not models.CrowdVersion.objects.filter(project=plain).exists()


def test_looking_for_due_refreshes_is_two_queries_for_all_projects(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(3):
        make.items(make.project(policy=PRICED), 2)
    with django_assert_num_queries(2):
        assert start_due_refreshes() == []


def test_a_decision_of_before_the_trail_kept_its_making_is_shown_and_not_vouched_for() -> None:
    project = make.project()
    item = make.item(project)
    old = {"code": "below_threshold", "sentence": "2 votes: ...", "votes": 2, "questions": {}}
    models.Event.objects.create(project=project, item=item, kind="overlap.raised", payload=old)
    (decision,) = why(item)["decisions"]
    assert (decision["sentence"], decision["recomputes"]) == ("2 votes: ...", None)
    status, body = make.client_for(make.worker(project, "lead")).get(f"items/{item.pk}/why/")
    assert (status, body["recomputes"]) == (200, False)
