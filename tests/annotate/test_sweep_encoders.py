"""Encoders of fine-tunes that later ones have replaced do not pile up."""

import pytest
import pytest_django

from annotate import models
from annotate.services.sweep_encoders import sweep_encoders
from tests import make
from tests.annotate.test_tuning import (
    folders,  # noqa: F401 - a fixture
    lead_of,
    taught,
    tried,
    versions_of,
)
from tests.annotate.tuners import settle

pytestmark = pytest.mark.django_db


def test_encoders_nobody_goes_back_to_are_deleted_and_the_page_says_which(
    settings: pytest_django.Settings,
) -> None:
    project = make.project()
    settle(project, 100)
    taught(project)
    for more in (0, 50, 75):
        settle(project, more)
        assert tried(project).result["outcome"] == "taken"
    assert versions_of(project) == [(1, "head"), (2, "tuned"), (3, "tuned"), (4, "tuned")]
    tuned = {each.version: each for each in models.ModelVersion.objects.filter(kind="tuned")}
    names = [str((tuned[at].own_encoder or {})["folder"]) for at in (2, 3, 4)]
    assert (sweep_encoders(), sweep_encoders()) == (1, 0)
    assert sorted(path.name for path in settings.TUNED_ROOT.iterdir()) == sorted(names[1:])
    lead, pin = lead_of(project), f"projects/{project.pk}/model/tone/pin/"
    states = lead.get(f"projects/{project.pk}/model/")[1]["questions"][0]["versions"]
    assert [(s["version"], s["is_swept"]) for s in states] == [
        (4, False), (3, False), (2, True), (1, False),
    ]  # fmt: skip
    status, body = lead.post(pin, {"version": 2})
    assert (status, body["code"]) == (409, "encoder_is_swept")
    assert len(versions_of(project)) == 4
    assert lead.post(pin, {"version": 3}) == (200, {"version": 5})
    assert sweep_encoders() == 0, "the one in force, pinned, and the one before it"
    assert lead.post(pin, {"version": 1}) == (200, {"version": 6})
    # A head speaks; the last fine-tune can be gone back to, and so can what is pinned.
    assert sweep_encoders() == 1
    assert [path.name for path in settings.TUNED_ROOT.iterdir()] == [names[1]]
    # Who was killed between the mark and the files deletes them the next time.
    for each in models.ModelVersion.objects.filter(own_encoder__folder=names[1]):
        each.own_encoder = {**(each.own_encoder or {}), "swept": False}
        each.save()
    assert (sweep_encoders(), list(settings.TUNED_ROOT.iterdir())) == (1, [])
