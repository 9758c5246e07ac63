"""Known answers among the work: who gets which, that nobody can tell, and that nothing is moved."""

from typing import Any

import pytest

from annotate import models
from tests import make
from tests.annotate import acting
from tests.annotate.invariants import broken_promises

pytestmark = pytest.mark.django_db

ALWAYS: dict[str, Any] = {"gold_rate": 1.0}


def decided_gold(project: models.Project, number: int = 1) -> list[models.Item]:
    """Gold items that two workers have settled."""
    items = make.items(project, number, gold=make.POS)
    pair = [make.worker(project), make.worker(project)]
    for _ in range(number):
        for worker in pair:
            acting.judge(worker, make.POS)
    for item in items:
        item.refresh_from_db()
        assert item.stage == "settled"
    return items


def test_a_decided_gold_item_is_handed_out_beside_the_way() -> None:
    project = make.project(policy=ALWAYS)
    (item,) = decided_gold(project)
    make.items(project, 3)
    worker = make.worker(project)
    judgment = acting.judge(worker, make.NEG)
    assert judgment.item_id == item.pk
    assert judgment.is_surplus
    assert judgment.assignment.purpose == "gold"
    item.refresh_from_db()
    assert (item.taken, item.judged, item.stage) == (2, 2, "settled")
    worker.refresh_from_db()
    assert worker.judged_count == 1
    assert broken_promises() == {}
