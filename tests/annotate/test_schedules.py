"""The periodic jobs run as often as they are meant to, and others wait for each other."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from croniter import croniter
from django.db import connection
from procrastinate.contrib.django import app

from annotate import models
from annotate.jobs import tasks
from annotate.services.jobs import start_job
from tests import make

MIDNIGHT = datetime(2026, 1, 1, tzinfo=UTC)
A_DAY = 24 * 3600
SECONDS = {
    tasks.reap.name: 10,
    tasks.lessons.name: 20,
    tasks.refreshes.name: 5,
    tasks.sweep.name: 15,
    tasks.production.name: 20,
    tasks.forget.name: A_DAY,
    tasks.tidy.name: A_DAY,
}


@pytest.mark.parametrize(("name", "seconds"), SECONDS.items())
def test_a_periodic_job_comes_every_so_many_seconds(name: str, seconds: int) -> None:
    found = [
        periodic.cron
        for (task_name, _), periodic in app.periodic_registry.periodic_tasks.items()
        if task_name == name
    ]
    assert len(found) == 1
    times = croniter(found[0], MIDNIGHT)
    first, second = times.get_next(datetime), times.get_next(datetime)
    assert (second - first).total_seconds() == seconds


@pytest.mark.django_db
def test_two_workers_never_run_two_model_jobs_of_a_project_at_once() -> None:
    project, other = make.project(), make.project()
    kinds = [
        (project, models.JobKind.PRELABEL),
        (project, models.JobKind.TEACH),
        (other, models.JobKind.PRELABEL),
        (project, models.JobKind.RELEASE),
        (project, models.JobKind.PRELABEL),
    ]
    first, lesson, elsewhere, release, last = [
        start_job(project=owner, kind=kind, user=None, parameters={}).pk for owner, kind in kinds
    ]
    with connection.cursor() as cursor:
        workers = [_one(cursor, "SELECT procrastinate_register_worker_v1()") for _ in range(2)]

        def fetch(worker: int) -> tuple[int, int] | None:
            cursor.execute("SELECT id, args FROM procrastinate_fetch_job_v2(NULL, %s)", [worker])
            queued, arguments = cursor.fetchone()
            return None if queued is None else (queued, orjson.loads(arguments)["job_id"])

        def end(queued: int) -> None:
            cursor.execute("SELECT procrastinate_finish_job_v1(%s, 'succeeded', false)", [queued])

        running = []
        for worker, expected in zip(
            [*workers, workers[0]], [first, elsewhere, release], strict=True
        ):
            fetched = fetch(worker)
            assert fetched is not None
            running.append(fetched[0])
            assert fetched[1] == expected  # the lesson would be next but for its lock
        assert fetch(workers[1]) is None
        for expected in (lesson, last):
            end(running[0])
            fetched = fetch(workers[1])
            assert fetched is not None
            assert fetched[1] == expected
            assert fetch(workers[0]) is None
            running[0] = fetched[0]


def _one(cursor: Any, statement: str) -> int:
    cursor.execute(statement)
    return int(cursor.fetchone()[0])
