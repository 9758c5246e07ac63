"""The periodic jobs run as often as they are meant to."""

from datetime import UTC, datetime

import pytest
from croniter import croniter
from procrastinate.contrib.django import app

from annotate.jobs import tasks

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
