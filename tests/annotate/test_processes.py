"""Workers in processes of their own: they race, and some of them die."""

import os
import signal
import subprocess
import sys

import pytest
from django.db import connection

from annotate import models
from tests import make
from tests.annotate.invariants import broken_promises, drain

pytestmark = [pytest.mark.threads, pytest.mark.slow, pytest.mark.usefixtures("committed")]


def start(worker: models.Worker, mode: str) -> "subprocess.Popen[str]":
    program = [sys.executable, "-m", "tests.annotate.worker_process"]
    database = str(connection.settings_dict["NAME"])
    return subprocess.Popen(  # noqa: S603 - our own program
        [*program, database, str(worker.pk), mode],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_processes_that_work_at_once_judge_each_item_as_often_as_asked() -> None:
    project = make.project()
    make.items(project, 40)
    processes = [start(make.worker(project), "judge") for _ in range(3)]
    said = [process.communicate(timeout=60)[0].split() for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert sorted(int(key) for keys in said for key in keys) == sorted(
        models.Judgment.objects.values_list("pk", flat=True)
    )
    assert broken_promises() == {}


def test_leases_of_a_killed_process_come_back() -> None:
    project = make.project()
    make.items(project, 5)
    process = start(make.worker(project), "hold")
    assert process.stdout is not None
    held = process.stdout.readline().split()
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    leased = models.Assignment.objects.filter(state="leased").values_list("pk", flat=True)
    assert sorted(held) == sorted(map(str, leased))
    assert len(held) == 5
    drain(project, [make.worker(project), make.worker(project)], make.worker(project, "expert"))
    assert models.Assignment.objects.filter(state="expired").count() == 5


def test_a_process_killed_while_it_submits_loses_nothing_it_was_told_is_kept() -> None:
    project = make.project(policy=make.ONE_VOTE)
    make.items(project, 300)
    process = start(make.worker(project), "judge")
    assert process.stdout is not None
    said = [int(process.stdout.readline()) for _ in range(7)]
    process.kill()
    rest, _ = process.communicate()
    said += [int(line) for line in rest.split()]
    stored = set(models.Judgment.objects.values_list("pk", flat=True))
    assert set(said) <= stored
    # At most one commit was made that could not be told any more.
    assert len(stored) - len(said) <= 1
    assert broken_promises() == {}
