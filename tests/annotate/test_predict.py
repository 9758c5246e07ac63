"""Applications ask a project's model: in time, row by row, and never for ever."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest
import pytest_django
from django.db import connection

from annotate import models
from annotate.encoder import runtime
from annotate.jobs import answerer
from annotate.services import ask_model
from annotate.services.answer_asks import forget_old_asks
from tests import make
from tests.annotate.encoders import POISON, Moody
from tests.annotate.production_world import BAD, GOOD, answering, with_model

pytestmark = [pytest.mark.threads, pytest.mark.usefixtures("committed")]


@pytest.fixture(autouse=True)
def encoder(settings: pytest_django.Settings) -> Iterator[None]:
    settings.ENCODER_LOADER = "tests.annotate.encoders.fake"
    runtime.cache_clear()
    yield
    runtime().close()
    runtime.cache_clear()


def test_an_application_gets_an_answer_a_question_and_an_id() -> None:
    project = with_model()
    with answering():
        status, body = make.Application(project).predict(GOOD, BAD)
    assert status == 200
    assert (body["answered"], body["refused"]) == (2, 0)
    assert [row["answers"]["tone"]["label"] for row in body["items"]] == ["pos", "neg"]
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


def test_a_project_without_a_model_says_so() -> None:
    with answering():
        status, body = make.Application(make.project()).predict(GOOD)
    assert (status, body["code"]) == (409, "no_model")


def test_a_model_whose_question_changed_is_none() -> None:
    project = with_model()
    schema = {**make.CHOICE, "questions": [{**make.CHOICE["questions"][0]}]}
    schema["questions"][0]["categories"] = [{"id": "up"}, {"id": "down"}]
    lead = make.client_for(project.created_by)
    assert lead.post(f"projects/{project.pk}/guidelines/", {"schema": schema})[0] == 201
    with answering():
        status, body = make.Application(project).predict(GOOD)
    assert (status, body["code"]) == (409, "no_model")
    assert not models.Ask.objects.exists()


def test_where_nobody_answers_it_is_said_at_once() -> None:
    application = make.Application(with_model())
    began = time.monotonic()
    status, body = application.predict(GOOD)
    assert (status, body["code"]) == (503, "model_away")
    assert body["extra"]["retry_after"] > 0
    assert time.monotonic() - began < 5
    assert not models.Ask.objects.exists()


HOSTILE = {
    "not_finite": b'{"data": {"text": "x", "more": NaN}}',
    "nul_character": b'{"data": {"text": "a\\u0000b"}}',
    "lone_surrogate": b'{"data": {"text": "a\\ud800b"}}',
    "text_too_long": b'{"data": {"text": "' + b"x" * 5 * 1024 * 1024 + b'"}}',
    "not_an_object": b"7",
    "missing_data": b'{"external_id": "e"}',
    "missing_input": b'{"data": {}}',
    "invalid_input": b'{"data": {"text": 7}}',
    "unknown_key": b'{"data": {"text": "x"}, "gold": {}}',
    "invalid_external_id": b'{"data": {"text": "x"}, "external_id": ""}',
    "item_unreadable": b'{"data": {"text": "a ' + POISON.encode() + b' text"}}',
}


def test_a_hostile_row_is_refused_by_itself() -> None:
    project = with_model()
    rows = [*HOSTILE.values(), b'{"data": {"text": "a good film"}}']
    raw = b'{"items": [' + b",".join(rows) + b"]}"
    with answering():
        reply = make.Application(project).raw("POST", f"projects/{project.pk}/predict/", raw)
    status, body = make.read(reply)
    assert status == 200, body
    codes = [row["refusal"] and row["refusal"]["code"] for row in body["items"]]
    assert codes == [*HOSTILE, None]
    assert (body["answered"], body["refused"]) == (1, len(HOSTILE))
    counted = models.ProductionCount.objects.get(project=project)
    assert (counted.predicted, counted.refused, counted.late) == (1, len(HOSTILE), 0)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b'{"items": []}', "/items"),
        (b'{"items": {}}', "/items"),
        (b"[]", "/items"),
        (b'{"items": [' + b"0," * 100 + b"0]}", "/items"),
        (b'{"items": [0], "latency_budget_ms": 0}', "/latency_budget_ms"),
        (b'{"items": [0], "latency_budget_ms": NaN}', "/latency_budget_ms"),
        (b'{"items": [0], "latency_budget_ms": "9"}', "/latency_budget_ms"),
        (b'{"items": [0], "latency_budget_ms": 1e9}', "/latency_budget_ms"),
    ],
)
def test_a_body_that_is_no_list_of_rows_is_refused(body: bytes, path: str) -> None:
    project = make.project()
    reply = make.Application(project).raw("POST", f"projects/{project.pk}/predict/", body)
    status, answer = make.read(reply)
    assert (status, answer["code"]) == (400, "invalid_input")
    assert [problem["path"] for problem in answer["extra"]["problems"]] == [path]


@pytest.mark.parametrize("body", [b"", b"{", b'{"items": [' + b"[" * 5000, b'"\xff"'])
def test_what_is_no_json_is_refused(body: bytes) -> None:
    project = make.project()
    reply = make.Application(project).raw("POST", f"projects/{project.pk}/predict/", body)
    assert reply.status_code == 400


def slow_process(seconds_a_text: float) -> "subprocess.Popen[bytes]":
    """Answers in a process of its own; returns once there is somebody to ask."""
    program = [sys.executable, "-m", "tests.annotate.model_process"]
    process = subprocess.Popen(  # noqa: S603 - our own program
        [*program, str(connection.settings_dict["NAME"]), str(seconds_a_text)],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    return process


def end(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def test_what_does_not_fit_into_the_budget_is_refused_row_by_row() -> None:
    project = with_model()
    process = slow_process(0.1)
    try:
        began = time.monotonic()
        status, body = make.Application(project).predict(*[GOOD] * 60, latency_budget_ms=3000)
        took = time.monotonic() - began
    finally:
        end(process)
    assert status == 200
    late = [row for row in body["items"] if row["refusal"]]
    assert 0 < len(late) < 60
    assert {row["refusal"]["code"] for row in late} == {"late"}
    assert all(row["refusal"]["retry_after"] > 0 for row in late)
    assert body["items"][-len(late) :] == late, "the first ones are answered first"
    assert took < 6
    counted = models.ProductionCount.objects.get(project=project)
    assert (counted.predicted, counted.late) == (60 - len(late), len(late))


def test_a_worker_killed_in_the_middle_is_a_503_within_the_deadline() -> None:
    project = with_model()
    process = slow_process(2)
    told = threading.Event()
    killer = threading.Thread(target=_kill_once_taken, args=[process, told])
    killer.start()
    try:
        began = time.monotonic()
        status, body = make.Application(project).predict(*[GOOD] * 8, latency_budget_ms=20_000)
        took = time.monotonic() - began
    finally:
        told.set()
        killer.join()
        end(process)
    assert (status, body["code"]) == (503, "model_away")
    assert took < 10
    assert not models.Ask.objects.exists()
    with answering():
        assert make.Application(project).predict(GOOD)[0] == 200


def _kill_once_taken(process: "subprocess.Popen[bytes]", told: threading.Event) -> None:
    """Another one is there by then, which knows nothing of this ask."""
    while not models.Ask.objects.filter(taken_by__isnull=False).exists():
        time.sleep(0.01)
    with answerer.attending():
        process.kill()
        told.wait()
    connection.close()


def test_a_model_that_fails_is_a_503(settings: pytest_django.Settings) -> None:
    settings.ENCODER_LOADER = "tests.annotate.encoders.moody"
    project = with_model()
    Moody.is_out_of_order = True
    try:
        with answering():
            status, body = make.Application(project).predict(GOOD)
    finally:
        Moody.is_out_of_order = False
    assert (status, body["code"]) == (503, "model_away")


def test_the_queue_is_full_for_one_project_before_it_is_for_all() -> None:
    busy, other = with_model(), with_model()
    for _ in range(ask_model.MOST_OF_A_PROJECT):
        ask_model._put(busy, [GOOD], 30)
    status, body = make.Application(busy).predict(GOOD)
    assert (status, body["code"]) == (429, "model_busy")
    assert body["extra"]["retry_after"] > 0
    assert make.Application(other).predict(GOOD)[0] == 503, "there was room, and nobody to answer"
    models.Ask.objects.update(project=make.project())
    ends_at = models.Ask.objects.latest("created_at").ends_at
    for _ in range(ask_model.MOST_WAITING - ask_model.MOST_OF_A_PROJECT):
        models.Ask.objects.create(project=make.project(), items=[], ends_at=ends_at)
    assert make.Application(other).predict(GOOD)[0] == 429


def test_who_waits_leaves_threads_to_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ask_model, "_seats", threading.BoundedSemaphore(1))
    project = with_model()
    with ask_model._seats:
        status, body = make.Application(project).predict(GOOD)
    assert (status, body["code"]) == (429, "model_busy")


def test_what_nobody_waits_for_any_more_is_forgotten() -> None:
    project = with_model()
    ask_model._put(project, [GOOD], -120)
    ask_model._put(project, [GOOD], 60)
    forget_old_asks()
    assert models.Ask.objects.count() == 1


def test_a_resting_model_is_not_asked() -> None:
    project = with_model()
    models.Job.objects.create(
        project=project,
        kind="prelabel",
        state="failed",
        error_code="model_rests",
        error_extra={"reason": "hung"},
        finished_at=models.Job.objects.filter(finished_at__isnull=False).latest("pk").finished_at,
    )
    status, body = make.Application(project).predict(GOOD)
    assert (status, body["code"]) == (409, "model_rests")
    assert 0 < body["extra"]["retry_after"] <= 600
