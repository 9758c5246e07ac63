"""Experts at once: a dispute is held by one, and decided once."""

from functools import partial
from uuid import uuid4

import pytest

from annotate import models
from tests import make
from tests.annotate import acting
from tests.annotate.invariants import broken_promises

pytestmark = [pytest.mark.threads, pytest.mark.usefixtures("committed")]


def test_of_two_experts_who_decide_at_once_one_is_told_it_is_decided() -> None:
    project = make.project()
    item = acting.dispute(project)
    experts = [make.client_for(make.worker(project, "expert")) for _ in range(2)]
    replies = acting.all_well(
        acting.at_once([partial(acting.decide, expert, item, make.POS) for expert in experts])
    )
    assert sorted(status for status, _ in replies) == [200, 409]
    refused = next(body for status, body in replies if status == 409)
    assert refused["code"] == "already_decided"
    assert models.FinalLabel.objects.count() == 1
    assert broken_promises() == {}


def test_ten_copies_of_a_decision_are_one_final_label_and_ten_equal_replies() -> None:
    project = make.project()
    item = acting.dispute(project)
    expert = make.client_for(make.worker(project, "expert"))
    once = partial(acting.decide, expert, item, make.POS, submission=str(uuid4()))
    replies = acting.all_well(acting.at_once([once] * 10))
    assert replies == [replies[0]] * 10
    assert replies[0][0] == 200
    assert models.FinalLabel.objects.count() == 1


def test_experts_who_claim_at_once_get_different_disputes() -> None:
    project = make.project()
    for _ in range(3):
        acting.dispute(project)
    experts = [make.client_for(make.worker(project, "expert")) for _ in range(3)]
    path = f"projects/{project.pk}/disputes/claim/"
    replies = acting.all_well(acting.at_once([partial(expert.post, path) for expert in experts]))
    got = [body["dispute"]["item"] for _, body in replies if body["dispute"]]
    assert len(got) == len(set(got))
    assert [status for status, _ in replies] == [200] * 3


def test_two_experts_who_want_the_same_dispute_do_not_both_get_it() -> None:
    project = make.project()
    item = acting.dispute(project)
    experts = [make.client_for(make.worker(project, "expert")) for _ in range(2)]
    body = {"item": item.pk}
    path = f"projects/{project.pk}/disputes/claim/"
    replies = acting.all_well(
        acting.at_once([partial(expert.post, path, body) for expert in experts])
    )
    assert sorted(status for status, _ in replies) == [200, 409]
    assert models.Assignment.objects.filter(purpose="adjudicate").count() == 1


def test_of_two_experts_who_commit_blind_at_once_one_holds_the_dispute() -> None:
    project = make.project()
    item = acting.dispute(project)
    experts = [make.client_for(make.worker(project, "expert")) for _ in range(2)]
    replies = acting.all_well(
        acting.at_once([partial(acting.reveal, expert, item, make.POS) for expert in experts])
    )
    assert sorted(status for status, _ in replies) == [200, 409]
    refused = next(body for status, body in replies if status == 409)
    assert refused["code"] == "held_by_other"
    assert models.Reading.objects.count() == 1
    assert broken_promises() == {}


def test_of_two_blind_answers_of_one_expert_the_first_is_the_blind_one() -> None:
    project = make.project()
    item = acting.dispute(project)
    expert = make.client_for(make.worker(project, "expert"))
    answers = [make.POS, make.NEG] * 4
    replies = acting.all_well(
        acting.at_once([partial(acting.reveal, expert, item, answer) for answer in answers])
    )
    assert sorted(status for status, _ in replies) == [200, *[409] * 7]
    assert {body["code"] for status, body in replies if status == 409} == {"votes_shown"}
    kept = models.Reading.objects.get().answer
    assert next(body for status, body in replies if status == 200)["own"] == kept


def test_ten_copies_of_a_blind_answer_are_one_reading() -> None:
    project = make.project()
    item = acting.dispute(project)
    expert = make.client_for(make.worker(project, "expert"))
    once = partial(acting.reveal, expert, item, make.POS, submission=str(uuid4()))
    replies = acting.all_well(acting.at_once([once] * 10))
    assert [status for status, _ in replies] == [200] * 10
    assert models.Reading.objects.count() == 1
    assert models.Event.objects.filter(kind="dispute.revealed").count() == 1


@pytest.mark.parametrize("answers", [(make.POS, make.POS), (make.POS, make.NEG)])
def test_two_readings_that_end_at_once_are_both_counted(
    answers: tuple[dict[str, str], dict[str, str]],
) -> None:
    """Each was committed blind; the second finds the first, whichever it is."""
    project = make.project(policy={"experts": {"double_read": 1.0}})
    item = acting.dispute(project)
    experts = [make.client_for(make.worker(project, "expert")) for _ in range(2)]
    replies = acting.all_well(
        acting.at_once(
            [
                partial(acting.decide, expert, item, answer)
                for expert, answer in zip(experts, answers, strict=True)
            ]
        )
    )
    outcomes = sorted(body["outcome"] for _, body in replies)
    agree = answers[0] == answers[1]
    assert outcomes == (["decided", "second"] if agree else ["lead", "second"])
    assert models.Reading.objects.filter(step="final").count() == 2
    assert models.FinalLabel.objects.count() == int(agree)
    assert broken_promises() == {}


def test_two_disputes_that_end_at_once_count_for_the_same_experts() -> None:
    """Their counters are written in one order, so nobody waits for who waits."""
    project = make.project(policy={"experts": {"double_read": 1.0}})
    items = [acting.dispute(project) for _ in range(6)]
    one, other = (make.client_for(make.worker(project, "expert")) for _ in range(2))
    for place, item in enumerate(items):
        acting.decide(one if place % 2 else other, item, make.POS)
    ends = [
        partial(acting.decide, other if place % 2 else one, item, make.POS)
        for place, item in enumerate(items)
    ]
    replies = acting.all_well(acting.at_once(ends))
    assert {(status, body["outcome"]) for status, body in replies} == {(200, "decided")}
    rows = models.Competence.objects.values_list("right", "seen")
    assert list(rows) == [(6.0, 6.0)] * 2


def test_an_expert_who_opens_many_tabs_holds_no_more_than_the_policy_lets() -> None:
    project = make.project(policy={"experts": {"most_at_once": 2}})
    items = [acting.dispute(project) for _ in range(6)]
    expert = make.client_for(make.worker(project, "expert"))
    path = f"projects/{project.pk}/disputes/claim/"
    replies = acting.all_well(
        acting.at_once([partial(expert.post, path, {"item": item.pk}) for item in items])
    )
    assert sorted(status for status, _ in replies) == [200, 200, 409, 409, 409, 409]
    held = models.Assignment.objects.filter(purpose="adjudicate", state="leased")
    assert held.count() == 2
    assert broken_promises() == {}


def test_two_tabs_of_one_expert_get_the_same_dispute() -> None:
    project = make.project()
    for _ in range(3):
        acting.dispute(project)
    expert = make.client_for(make.worker(project, "expert"))
    path = f"projects/{project.pk}/disputes/claim/"
    replies = acting.all_well(acting.at_once([partial(expert.post, path)] * 5))
    assert len({body["dispute"]["item"] for _, body in replies}) == 1
    assert models.Assignment.objects.filter(purpose="adjudicate").count() == 1


def test_leaving_to_the_leads_and_claiming_at_once_loses_no_dispute() -> None:
    project = make.project()
    items = [acting.dispute(project) for _ in range(4)]
    experts = [make.client_for(make.worker(project, "expert")) for _ in range(4)]
    base = f"projects/{project.pk}/disputes/"
    leave = [
        partial(experts[0].post, f"{base}{item.pk}/escalate/", {"reason": "x", "next": False})
        for item in items[:2]
    ]
    claims = [partial(expert.post, f"{base}claim/") for expert in experts[1:]]
    acting.all_well(acting.at_once([*leave, *claims]))
    assert broken_promises() == {}


def test_ten_experts_who_claim_at_once_all_get_something() -> None:
    """All want the oldest; who comes second to it takes the next."""
    project = make.project()
    for _ in range(10):
        acting.dispute(project)
    experts = [make.client_for(make.worker(project, "expert")) for _ in range(10)]
    path = f"projects/{project.pk}/disputes/claim/"
    replies = acting.all_well(acting.at_once([partial(expert.post, path) for expert in experts]))
    assert [status for status, _ in replies] == [200] * 10
    assert len({body["dispute"]["item"] for _, body in replies}) == 10
    assert broken_promises() == {}
