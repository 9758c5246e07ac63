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
