"""A run of a language model whose process is ended by SIGKILL goes on, and pays for nothing twice;
and an encoder elsewhere, in the place of the own."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_django

from annotate import models
from annotate.encoder import runtime
from annotate.jobs.tasks import run_prelabel
from annotate.services import read_items
from tests import make
from tests.annotate.talkers import Lead, by_word, talker, texts_asked
from tests.annotate.test_killed_jobs import folders, kill_once, run
from tests.models_assist.stub_engine import StubEngine, stub_engine

__all__ = ["folders"]

CONCURRENCY = 4


@pytest.fixture
def engine() -> Iterator[StubEngine]:
    with stub_engine() as running:
        yield running


@pytest.mark.threads
@pytest.mark.slow
@pytest.mark.usefixtures("committed")
def test_a_run_that_was_killed_asks_for_nothing_it_knows(
    engine: StubEngine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: pytest_django.Settings,
) -> None:
    def slowly(data: dict[str, Any]) -> Any:
        time.sleep(0.01)
        return by_word(data)

    engine.says = talker(slowly)
    file = tmp_path / "endpoints.json"
    entry = {"name": "stub", "protocol": "openai", "models": ["m"], "private": True}
    file.write_text(json.dumps([{**entry, "url": engine.endpoint().url}]))
    monkeypatch.setenv("MODEL_ENDPOINTS", str(file))
    settings.MODEL_ENDPOINTS = {"stub": engine.endpoint()}
    lead = Lead()
    lead.consent()
    for number in range(10):
        make.item(lead.project, data={"text": f"gold {number}"}, gold=make.POS)
    count = 100
    for number in range(count - 10):
        make.item(lead.project, data={"text": f"text {number}"})
    started = lead.start(concurrency=CONCURRENCY)
    kill_once(run(started.job_id), lambda: models.LlmReply.objects.count() >= count // 2)
    assert models.Job.objects.get(pk=started.job_id).state == "running"
    assert models.LlmReply.objects.count() < count
    assert run(started.job_id).wait() == 0
    ended = models.LlmRun.objects.select_related("job").get(pk=started.pk)
    assert (ended.job.state, ended.counts["items"]) == ("done", count)
    assert models.Prediction.objects.count() == count
    assert models.ModelVersion.objects.get().predicted == count
    asked = Counter(texts_asked(engine))
    assert len(asked) == models.LlmReply.objects.count() == count
    # What was under way when it was killed is lost, and nothing else.
    assert asked.total() - count <= CONCURRENCY


@pytest.mark.django_db
def test_an_encoder_elsewhere_serves_and_rests_as_the_own_one_does(
    engine: StubEngine, settings: pytest_django.Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_items, "FAILURE_PAUSE_SECONDS", 0)
    engine.says = lambda body: [[len(text), 1.0] for text in body["inputs"]]
    settings.TEXT_ENCODER = (engine.endpoint(protocol="tei", seconds=0.3), "m")
    runtime.cache_clear()
    project = make.project()
    make.items(project, 3)
    first = models.Job.objects.get(project=project, kind="prelabel")
    run_prelabel(job_id=first.pk)
    first.refresh_from_db()
    assert (first.state, models.Prediction.objects.count()) == ("done", 3)
    assert models.ModelVersion.objects.get().encoder.startswith("stub/m@")
    engine.mode = "hang"
    make.item(project, data={"text": "a new one"})
    second = models.Job.objects.filter(project=project, kind="prelabel").latest("pk")
    run_prelabel(job_id=second.pk)
    second.refresh_from_db()
    runtime().close()
    runtime.cache_clear()
    assert second.error_code == "model_rests"
    lead = make.client_for(project.created_by)
    rest = lead.get(f"projects/{project.pk}/model/")[1]["rest"]
    assert "did not answer within" in rest["reason"]
