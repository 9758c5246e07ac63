"""A model that fails rests and people go on; then it is tried again, by itself or by a lead."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import pytest_django
from django.utils import timezone

from annotate import models
from annotate.encoder import runtime
from annotate.jobs.tasks import run_prelabel
from annotate.queries.model_rest import REST, is_resting
from annotate.services import read_items
from annotate.services.request_prelabel import request_prelabel, wake_rested_models
from tests import make
from tests.annotate import acting
from tests.annotate.encoders import Moody

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def encoder(settings: pytest_django.Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.ENCODER_LOADER = "tests.annotate.encoders.moody"
    monkeypatch.setattr(read_items, "FAILURE_PAUSE_SECONDS", 0)
    monkeypatch.setattr(Moody, "is_out_of_order", False)
    runtime.cache_clear()
    yield
    runtime().close()
    runtime.cache_clear()


def queued(project: models.Project) -> models.Job:
    return models.Job.objects.filter(project=project, state="queued").latest("id")


def run(job: models.Job) -> models.Job:
    run_prelabel(job_id=job.pk)
    job.refresh_from_db()
    return job


def broken_project(monkeypatch: pytest.MonkeyPatch) -> models.Project:
    """One whose model knows its categories, and then fails on every item."""
    project = make.project()
    make.item(project)
    assert run(queued(project)).state == "done"
    make.item(project, data={"text": "a new one"})
    monkeypatch.setattr(Moody, "is_out_of_order", True)
    assert run(queued(project)).error_code == "model_rests"
    return project


def let_time_pass(project: models.Project, passed: timedelta) -> None:
    for job in models.Job.objects.filter(project=project, finished_at__isnull=False):
        assert job.finished_at is not None
        models.Job.objects.filter(pk=job.pk).update(finished_at=job.finished_at - passed)


def test_people_go_on_and_the_lead_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    project = broken_project(monkeypatch)
    lead = make.client_for(project.created_by)
    _, board = lead.get(f"projects/{project.pk}/board/")
    _, page = lead.get(f"projects/{project.pk}/model/")
    assert board["model_rest"] == page["rest"]
    assert page["rest"]["failures"] == 1
    assert "out of order" in page["rest"]["reason"]
    acting.vote(project, make.POS, make.POS)
    assert models.Item.objects.filter(project=project, stage="settled").exists()


def test_while_it_rests_only_a_lead_has_it_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    project = broken_project(monkeypatch)
    assert is_resting(project)
    assert request_prelabel(project=project) is None
    assert wake_rested_models() == []
    monkeypatch.setattr(Moody, "is_out_of_order", False)
    lead = make.client_for(project.created_by)
    lead.post(f"projects/{project.pk}/model/prelabel/")
    assert run(queued(project)).state == "done"
    assert lead.get(f"projects/{project.pk}/model/")[1]["rest"] is None
    assert models.Prediction.objects.count() == 2


def test_after_its_rest_it_is_tried_once_and_each_failure_doubles_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project = broken_project(monkeypatch)
    let_time_pass(project, REST)
    (job,) = wake_rested_models()
    assert wake_rested_models() == [], "it is being tried"
    assert run(job).error_code == "model_rests"
    let_time_pass(project, REST)
    assert is_resting(project), "twice as long after the second time"
    let_time_pass(project, REST)
    monkeypatch.setattr(Moody, "is_out_of_order", False)
    (job,) = wake_rested_models()
    assert run(job).state == "done"
    assert not is_resting(project)


def test_a_job_that_kills_its_worker_is_not_begun_for_ever() -> None:
    project = make.project()
    make.item(project)
    job = queued(project)
    for _ in range(read_items.MOST_DEATHS):
        read_items.begin_reading(job)  # and the worker died
    assert run(job).error_code == "model_rests"
    assert "The worker died 3 times" in job.error_extra["reason"]
    assert job.finished_at is not None
    assert job.finished_at <= timezone.now()


def test_a_job_that_gets_further_may_be_interrupted_often() -> None:
    project = make.project()
    make.item(project)
    job = queued(project)
    for done in range(10):
        read_items.begin_reading(job)
        job.done = done
        job.save()
    assert run(job).state == "done"
