"""`manage.py recount --check` of what workers and experts are measured by."""

from typing import Any

import pytest
from django.db import connection, transaction

from annotate import models
from annotate.queries.recount import differences
from annotate.services.gold import decide_gold
from annotate.services.ladder import lift_overruling, overrule_rung
from tests import make
from tests.annotate import acting
from tests.annotate.test_gold import decided_gold

pytestmark = pytest.mark.django_db

REASON = "I watched the work"


def found() -> list[str]:
    return [str(one) for _, part in differences() for one in part]


def read(project: models.Project, item: models.Item, *said: Any) -> None:
    experts = [make.client_for(make.worker(project, "expert")) for _ in said]
    for expert, answer in zip(experts, said, strict=True):
        assert acting.decide(expert, item, answer)[0] == 200


@pytest.fixture
def measured() -> None:
    """Gold planted beside the way, experts who read twice, workers on rungs, one overruled."""
    twice = make.project(policy={"experts": {"double_read": 1.0}})
    read(twice, acting.dispute(twice), make.POS, make.NEG, make.POS)
    with_gold = acting.dispute(twice)
    models.GoldLabel.objects.create(item=with_gold, answer=make.NEG)
    read(twice, with_gold, make.POS, make.POS)
    project = make.project(policy={"gold_rate": 1.0})
    decided_gold(project, 2)
    make.items(project, 3)
    acting.vote(project, make.POS, make.NEG)
    moved, told, freed = (make.worker(project) for _ in range(3))
    models.Footing.objects.create(worker=moved, rung="slower")
    for rung in ("hint", "slower"):
        models.Event.objects.create(
            project=project, kind="rung.changed", worker=moved, payload={"to": rung}
        )
    lead = project.created_by
    overrule_rung(worker=told, rung=models.Rung.PAUSED, reason=REASON, by=lead)
    overrule_rung(worker=freed, rung=models.Rung.HINT, reason=REASON, by=lead)
    lift_overruling(worker=freed, by=lead)


BREAKS = {
    "UPDATE annotate_goldlabel SET planted = 0": "plantings of the gold of item",
    "UPDATE annotate_goldlabel SET planted = planted + 100": "plantings of the gold of item",
    'UPDATE annotate_competence SET "right" = "right" / 2 WHERE "right" > 0': "what ",
    "UPDATE annotate_competence SET seen = seen + 1": "what ",
    "DELETE FROM annotate_competence": "what ",
    "UPDATE annotate_footing SET rung = 'hint' WHERE rung = 'slower'": "the rung of",
    "DELETE FROM annotate_footing WHERE rung = 'slower'": "the rung of",
    "UPDATE annotate_footing SET overruled_to = 'slower' WHERE overruled_to = 'paused'":
        "the rung set by a lead of",
    "UPDATE annotate_footing SET overruled_why = 'so' WHERE overruled_to = 'paused'":
        "why a lead set the rung of",
    "UPDATE annotate_footing SET overruled_by_id = NULL": "who set the rung of",
}  # fmt: skip


@pytest.mark.usefixtures("measured")
def test_what_people_are_measured_by_is_what_the_trail_says() -> None:
    assert models.Planting.objects.exists()
    assert models.Competence.objects.count() == 5
    assert found() == []
    for statement, what in BREAKS.items():
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(statement)
            lines = found()
            transaction.set_rollback(True)
        assert lines, statement
        assert all(f": {what}" in line for line in lines), lines
    assert found() == []


def test_a_competence_is_counted_by_the_gold_and_the_policy_of_its_time() -> None:
    project = make.project(policy={"experts": {"double_read": 0.0}})
    before, after = acting.dispute(project), acting.dispute(project)
    for item in (before, after):
        models.GoldLabel.objects.create(item=item, answer=make.NEG)
    read(project, before, make.POS)
    for item in (before, after):
        decide_gold(
            project=project,
            item_id=item.pk,
            stands=False,
            reason="",
            decided_by=project.created_by,
        )
    read(project, after, make.POS)
    assert models.Competence.objects.count() == 1
    assert found() == []
