"""Production: applications ask the model, give back what was wrong, and it becomes work."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
import pytest_django
from django.test import Client

from annotate import models
from annotate.encoder import runtime
from annotate.jobs import answerer
from annotate.jobs.tasks import run_prelabel
from annotate.services import ask_model
from annotate.services.production import change_rules, connect_application
from tests import make

GOOD, BAD = {"text": "a good and happy film"}, {"text": "a bad and sad film"}
ALL_OUTCOMES = ("item", "counted", "duplicate", "capped", "refused")


@pytest.fixture(autouse=True)
def encoder(settings: pytest_django.Settings) -> Iterator[None]:
    settings.ENCODER_LOADER = "tests.annotate.encoders.fake"
    runtime.cache_clear()
    yield
    runtime().close()
    runtime.cache_clear()


class Application(make.Caller):
    """Speaks to the API by a token of an application."""

    def __init__(self, project: models.Project) -> None:
        super().__init__(None)
        self.project = project
        _, key = connect_application(project=project, lead=project.created_by, name="shop")
        self._headers["Authorization"] = f"Token {key}"

    def predict(self, *data: Any, **more: Any) -> make.Reply:
        body = {"items": [{"data": each} for each in data], **more}
        return self.post(f"projects/{self.project.pk}/predict/", body)

    def feedback(self, *rows: Any) -> make.Reply:
        return self.post(f"projects/{self.project.pk}/feedback/", {"items": list(rows)})


def with_model() -> models.Project:
    """A project whose model has spoken once."""
    project = make.project(policy=make.ONE_VOTE)
    make.item(project)
    run_prelabel(job_id=models.Job.objects.get(project=project, kind="prelabel").pk)
    assert models.ModelVersion.objects.filter(project=project).exists()
    return project


def told(data: Any, label: str = "pos", confidence: float = 0.99, **more: Any) -> dict[str, Any]:
    """A row of feedback on what some model said."""
    said = {"label": label, "confidence": confidence, "model_version": 3}
    return {"data": data, "prediction": {"tone": said}, **more}


@pytest.fixture
def answering(committed: None) -> Iterator[None]:
    """A process that answers, in a thread of this one."""
    stop = threading.Event()
    thread = threading.Thread(target=_answer, args=[stop])
    thread.start()
    yield
    stop.set()
    thread.join()


def _answer(stop: threading.Event) -> None:
    with answerer.attending() as listening:
        while not stop.is_set():
            answerer.answer_waiting(listening)
            stop.wait(0.01)


def test_an_application_gets_an_answer_a_question_and_an_id(answering: None) -> None:
    project = with_model()
    status, body = Application(project).predict(GOOD, BAD)
    assert status == 200, body
    assert (body["answered"], body["refused"]) == (2, 0)
    labels = [row["answers"]["tone"]["label"] for row in body["items"]]
    assert labels == ["pos", "neg"]
    for row in body["items"]:
        said = row["answers"]["tone"]
        assert 0.5 <= said["confidence"] <= 1
        assert said["model_version"] == 1
        kept = models.ProductionPrediction.objects.get(pk=row["id"])
        assert kept.said == row["answers"]
        assert len(bytes(kept.vector)) > 0
    counted = models.ProductionCount.objects.get(project=project)
    assert (counted.predicted, counted.refused, counted.late) == (2, 0, 0)
    assert not models.Ask.objects.exists()


def test_a_project_without_a_model_says_so(answering: None) -> None:
    status, body = Application(make.project()).predict(GOOD)
    assert (status, body["code"]) == (409, "no_model")


def test_nobody_who_answers_is_a_503_at_once(committed: None) -> None:
    status, body = Application(with_model()).predict(GOOD)
    assert (status, body["code"]) == (503, "model_away")
    assert body["extra"]["retry_after"] > 0
    assert not models.Ask.objects.exists()
