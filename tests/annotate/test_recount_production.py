"""`manage.py recount --check` of what is counted of production."""

import pytest
from django.db import connection, transaction

from annotate import models
from annotate.queries.recount import differences
from annotate.services.advance_cases import advance_cases
from annotate.services.production import change_rules
from tests import make
from tests.annotate import acting
from tests.annotate.production_world import told
from tests.annotate.test_drift_and_funnel import served

pytestmark = pytest.mark.django_db


def found() -> list[str]:
    return [str(one) for _, part in differences() for one in part]


@pytest.fixture
def in_production() -> models.Project:
    """Predictions that were told; feedback that became work, was counted, capped and sent twice;
    an error that people have confirmed."""
    project = make.project(policy=make.ONE_VOTE)
    changes = {"random_share": 0.0, "most_a_day": 2}
    change_rules(project=project, author=project.created_by, changes=changes)
    served(project, "neg", 3)
    wrong = told({"text": "one"}, "neg", correction={"tone": "pos"})
    rows = [
        *(wrong, wrong, told({"text": "two"}), told({"text": "three"}, confidence=0.2)),
        told({"text": "four"}, confidence=0.1),
    ]
    _, body = make.Application(project).feedback(*rows)
    assert [row["outcome"] for row in body["items"]] == [
        *("item", "duplicate", "counted", "item", "capped"),
    ]
    acting.vote(project, make.POS)
    assert advance_cases() == 1
    return project


NUMBERS = (
    *("predicted", "counted", "corrected", "uncertain", "drifting", "random"),
    *("opened_by_drift", "labelled", "refuted", "released", "retrained", "fixed"),
)
BREAKS = {
    **{
        f"UPDATE annotate_productioncount SET {name} = {name} + 1": f"production, {name} on"  # noqa: S608
        for name in NUMBERS
    },
    "UPDATE annotate_productioncount SET predicted = 0": "production, predicted on",
    "UPDATE annotate_productioncount SET day = day - 3": "production, predicted on",
    "DELETE FROM annotate_productioncount": "production, corrected on",
    "UPDATE annotate_productioncount SET received = received - 1": "production, received on",
    "UPDATE annotate_productioncount SET duplicates = 0": "production, received on",
    "UPDATE annotate_productioncount SET capped = capped + 1": "production, received on",
    "DELETE FROM annotate_caseprogress": "the progress of case",
}


def test_every_broken_count_of_production_is_found(in_production: models.Project) -> None:
    assert found() == []
    for statement, what in BREAKS.items():
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(statement)
            said = found()
            transaction.set_rollback(True)
        place = f"project {in_production.pk}: {what}"
        assert any(line.startswith(place) for line in said), (statement, said)
    assert found() == []
