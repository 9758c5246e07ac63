"""Who owns the database can change what was said; the seals of the trail tell that it was done."""

import pytest
from django.db import connection

from annotate import models
from annotate.queries.recount import differences
from annotate.services import seal
from annotate.services.seal import seal_trail
from tests import make
from tests.annotate import acting

pytestmark = pytest.mark.django_db


def worked_on() -> models.Project:
    project = make.project()
    make.items(project, 3)
    for _ in range(3):
        acting.vote(project, make.POS, make.POS)
    return project


def recounted() -> list[str]:
    """The seals that are not what the rows say."""
    (found,) = [found for name, found in differences() if name == "the seals of the trail"]
    return [str(difference) for difference in found]


def past_the_trigger(statement: str) -> None:
    with connection.cursor() as cursor:
        table = statement.split()[1 if statement.startswith("UPDATE") else 2]
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement)
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_a_trail_that_nobody_touched_is_what_its_seals_say(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(seal, "BATCH_ROWS", 4)
    worked_on()
    made = seal_trail()
    assert made > 2
    assert seal_trail() == 0
    sealed = sum(models.TrailSeal.objects.values_list("rows", flat=True))
    kinds = (models.Event, models.Judgment, models.FinalLabel)
    assert sealed == sum(kind.objects.count() for kind in kinds)
    assert recounted() == []
    worked_on()
    assert seal_trail() > 0
    assert recounted() == []


@pytest.mark.parametrize(
    "change",
    [
        'UPDATE annotate_judgment SET answer = \'{"tone": "neg"}\' WHERE id = {judgment}',
        "UPDATE annotate_event SET at = at + interval '1 second' WHERE id = {event}",
        "UPDATE annotate_finallabel SET confidence = 0.5 WHERE id = {final}",
        "DELETE FROM annotate_event WHERE id = {event}",
        "UPDATE annotate_trailseal SET digest = repeat('0', 64) WHERE id = {seal}",
    ],
)
def test_what_was_changed_past_the_triggers_shows_with_its_place(
    change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seal, "BATCH_ROWS", 4)
    worked_on()
    seal_trail()
    rows = {
        "judgment": models.Judgment.objects.earliest("pk").pk,
        "event": models.Event.objects.earliest("pk").pk,
        "final": models.FinalLabel.objects.earliest("pk").pk,
        "seal": models.TrailSeal.objects.earliest("pk").pk,
    }
    for name, key in rows.items():
        change = change.replace(f"{{{name}}}", str(key))
    past_the_trigger(change)
    first = models.TrailSeal.objects.earliest("pk")
    found = recounted()
    # A seal that was made anew leads to another one behind it, too.
    assert len(found) == (2 if "trailseal" in change else 1)
    assert f"judgments 0 to {first.last_judgment}" in found[0]
