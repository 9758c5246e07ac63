"""A job that breaks is tried again while attempts are left, and says so when it gives up."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError

from annotate.api.jobs import job_json
from annotate.jobs import tasks
from annotate.models import Job, JobKind, JobState
from annotate.outage_refusals import StoreAway
from annotate.refusals import TooLarge
from annotate.services.jobs import MISTAKE, run_job
from tests import make

pytestmark = pytest.mark.django_db
LOCALES = Path(__file__).parents[2] / "frontend" / "src" / "locales"


class Broken(Exception):
    """A connection that was lost, say."""


def broken(_job: Job) -> dict[str, object]:
    raise Broken


def test_a_broken_job_waits_for_its_next_attempt_and_then_ends_well() -> None:
    job = Job.objects.create(project=make.project(), kind=JobKind.IMPORT)
    with pytest.raises(Broken):
        run_job(job.pk, broken, attempts_left=1)
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.QUEUED, "")
    run_job(job.pk, lambda _job: {"created": 1})
    job.refresh_from_db()
    assert (job.state, job.result) == (JobState.DONE, {"created": 1})


def test_a_job_that_breaks_at_its_last_attempt_has_failed() -> None:
    job = Job.objects.create(project=make.project(), kind=JobKind.IMPORT)
    with pytest.raises(Broken):
        run_job(job.pk, broken)
    job.refresh_from_db()
    assert (job.state, job.error, job.error_code) == (JobState.FAILED, MISTAKE, "job_broke")


@pytest.mark.parametrize(("attempts", "left"), [(0, 3), (1, 2), (2, 1), (3, 0), (4, 0)])
@pytest.mark.parametrize("task", [tasks.run_import, tasks.run_release], ids=lambda task: task.name)
def test_a_job_knows_how_many_attempts_are_left(
    task: Any, attempts: int, left: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []
    monkeypatch.setattr(
        tasks, "run_job", lambda _job_id, _work, attempts_left: told.append(attempts_left)
    )
    task(SimpleNamespace(job=SimpleNamespace(attempts=attempts)), job_id=7)
    assert told == [left]
    assert (task.retry_strategy.max_attempts or 0) == tasks.MOST_RETRIES


def test_only_what_passes_gives_a_job_of_the_model_another_attempt() -> None:
    def away(_job: Job) -> dict[str, object]:
        message = "the connection is lost"
        raise OperationalError(message)

    job = Job.objects.create(project=make.project(), kind=JobKind.PRELABEL)
    with pytest.raises(OperationalError):
        run_job(job.pk, away, attempts_left=1, tried_again=tasks.PASSING)
    job.refresh_from_db()
    assert job.state == JobState.QUEUED
    with pytest.raises(Broken):
        run_job(job.pk, broken, attempts_left=1, tried_again=tasks.PASSING)
    job.refresh_from_db()
    assert (job.state, job.error_code) == (JobState.FAILED, "job_broke")


def test_a_store_that_is_away_is_tried_again_and_named_at_the_end() -> None:
    def away(_job: Job) -> dict[str, object]:
        raise StoreAway

    job = Job.objects.create(project=make.project(), kind=JobKind.RELEASE)
    for left, state, code in ((1, JobState.QUEUED, ""), (0, JobState.FAILED, StoreAway.code)):
        with pytest.raises(StoreAway):
            run_job(job.pk, away, attempts_left=left)
        job.refresh_from_db()
        assert (job.state, job.error_code) == (state, code)


def test_a_job_that_was_refused_says_by_which_code() -> None:
    def refused(_job: Job) -> dict[str, object]:
        raise TooLarge(limit=5)

    job = Job.objects.create(project=make.project(), kind=JobKind.IMPORT)
    run_job(job.pk, refused)
    job.refresh_from_db()
    body = job_json(job)
    assert (body["error_code"], body["extra"]) == (TooLarge.code, {"limit": 5})
    assert body["error"] == TooLarge().message


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_end_of_a_job_has_words(language: str) -> None:
    words = json.loads((LOCALES / language / "common.json").read_text(encoding="utf-8"))
    assert {"job_broke", "job_cancelled"} <= words["errors"].keys()
