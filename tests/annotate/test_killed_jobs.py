"""Jobs whose process is ended by SIGKILL in the middle go on, lose nothing and double nothing."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
import pytest_django
from django.conf import settings as in_force
from django.db import connection

from annotate import models
from annotate.services.release import archive_of
from annotate.services.start_tunings import start_due_tunings
from tests import make
from tests.annotate import acting
from tests.annotate.importing import lines
from tests.annotate.tuners import settle

pytestmark = [pytest.mark.threads, pytest.mark.slow, pytest.mark.usefixtures("committed")]


@pytest.fixture(autouse=True)
def folders(settings: pytest_django.Settings, tmp_path: Path) -> None:
    settings.UPLOAD_ROOT, settings.RELEASE_ROOT = tmp_path / "uploads", tmp_path / "releases"


def run(job: int) -> "subprocess.Popen[bytes]":
    program = [sys.executable, "-m", "tests.annotate.job_process"]
    database = str(connection.settings_dict["NAME"])
    folders = [str(in_force.UPLOAD_ROOT), str(in_force.RELEASE_ROOT)]
    return subprocess.Popen(  # noqa: S603 - our own program
        [*program, database, str(job), *folders],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
    )


def kill_once(process: "subprocess.Popen[bytes]", is_time: Callable[[], bool]) -> None:
    """Kill it in mid-work; that it had not ended by itself is part of the test."""
    while not is_time():
        assert process.poll() is None
        time.sleep(0.002)
    process.kill()
    process.wait()
    assert process.returncode == -signal.SIGKILL


def test_an_import_killed_again_and_again_brings_each_row_in_once() -> None:
    project = make.project()
    lead = make.client_for(project.created_by)
    # No external ids: nothing but the cursor keeps a row from coming twice.
    count = 30_000
    content = lines(*({"data": {"text": f"row {n}"}} for n in range(count)), b"not json")
    _, job = lead.send_file(f"projects/{project.pk}/imports/", content, "x", format="jsonl")
    row = models.Job.objects.filter(pk=job["id"])
    for at in (1, 8_000, 16_000):
        kill_once(run(job["id"]), lambda at=at: row.get().cursor >= at)  # type: ignore[misc]
        killed = row.get()
        assert killed.state == "running"
        assert models.Item.objects.count() == killed.cursor < count
    assert run(job["id"]).wait() == 0
    assert row.get().state == "done"
    assert row.get().result == {"created": count, "existing": 0, "rejected": 1}
    texts = models.Item.objects.order_by("pk").values_list("data__text", flat=True)
    assert list(texts) == [f"row {n}" for n in range(count)]
    entries = models.QueueEntry.objects.order_by("position").values_list("item", flat=True)
    assert list(entries) == list(models.Item.objects.order_by("pk").values_list("pk", flat=True))
    assert models.Rejection.objects.count() == 1


def test_an_import_that_two_processes_run_at_once_brings_each_row_in_once() -> None:
    """A worker that stood still for half a minute is taken for dead, and then goes on."""
    project = make.project()
    lead = make.client_for(project.created_by)
    count = 8_000
    content = lines(*({"data": {"text": f"row {n}"}} for n in range(count)))
    _, job = lead.send_file(f"projects/{project.pk}/imports/", content, "x", format="jsonl")
    row = models.Job.objects.filter(pk=job["id"])
    stopped = run(job["id"])
    while row.get().cursor < 1:
        assert stopped.poll() is None
        time.sleep(0.002)
    stopped.send_signal(signal.SIGSTOP)
    other, before = run(job["id"]), row.get().cursor
    # It may have been stopped in the middle of a batch: then the other waits for its locks.
    deadline = time.monotonic() + 5
    while row.get().cursor == before and time.monotonic() < deadline:
        time.sleep(0.02)
    stopped.send_signal(signal.SIGCONT)
    assert (stopped.wait(), other.wait()) == (0, 0)
    assert row.get().state == "done"
    assert row.get().result == {"created": count, "existing": 0, "rejected": 0}
    assert models.Item.objects.count() == count
    assert models.Event.objects.filter(kind="items.imported").count() == 1


def test_a_release_killed_while_it_is_written_is_built_whole_and_shown_only_then() -> None:
    project = make.project(policy=make.ONE_VOTE)
    make.items(project, 30)
    for _ in range(30):
        acting.vote(project, make.POS)
    lead = make.client_for(project.created_by)
    _, body = lead.post(f"projects/{project.pk}/releases/", {"note": "x"})
    release = models.Release.objects.get()
    target = archive_of(release)
    kill_once(run(body["job"]["id"]), lambda: any(target.parent.glob(".*.building")))
    assert not target.exists()
    assert lead.get(f"projects/{project.pk}/releases/1/download/")[0] == 409
    assert run(body["job"]["id"]).wait() == 0
    release.refresh_from_db()
    assert (release.state, list(target.parent.glob(".*"))) == ("ready", [])
    assert release.manifest is not None
    content = target.read_bytes()
    assert hashlib.sha256(content).hexdigest() == release.manifest["archive_sha256"]
    with ZipFile(target) as archive:
        assert len(archive.read("final_labels.jsonl").splitlines()) == 30


def test_a_pre_label_killed_again_and_again_encodes_and_predicts_each_item_once() -> None:
    project = make.project()
    count = 600
    make.items(project, count)
    lead = make.client_for(project.created_by)
    _, body = lead.post(f"projects/{project.pk}/model/prelabel/")
    row = models.Job.objects.filter(pk=body["id"])
    for at in (1, 300):
        kill_once(run(body["id"]), lambda at=at: models.Prediction.objects.count() >= at)  # type: ignore[misc]
        assert row.get().state == "running"
        assert at <= models.Prediction.objects.count() < count
    read = models.Embedding.objects.count()
    assert run(body["id"]).wait() == 0
    assert (row.get().state, row.get().done) == ("done", count)
    predicted = row.get().result["predictions"]
    assert predicted <= count - 300, "what was predicted before the kill was not predicted again"
    assert 300 <= read <= models.Embedding.objects.count() == count
    assert models.Prediction.objects.count() == count
    assert models.ModelVersion.objects.get().predicted == count


def test_a_bulk_job_killed_again_and_again_does_each_item_once() -> None:
    project = make.project()
    count = 900
    make.items(project, count)
    lead = make.client_for(project.created_by)
    body = {"action": "prioritise", "band": 2, "query": {"stage": "new"}}
    status, job = lead.post(f"projects/{project.pk}/items/bulk/", body)
    assert (status, job["total"]) == (202, count)
    row = models.Job.objects.filter(pk=job["id"])
    for at in (1, 300, 600):
        kill_once(run(job["id"]), lambda at=at: row.get().done >= at)  # type: ignore[misc]
        killed = row.get()
        assert killed.state == "running"
        assert models.Item.objects.filter(band=2).count() == killed.done < count
    later = make.item(project)
    assert run(job["id"]).wait() == 0
    assert row.get().state == "done"
    assert row.get().result == {"changed": count, "refused": {}}
    events = models.Event.objects.filter(kind="item.prioritised").values_list("item", flat=True)
    assert sorted(events) == sorted(
        models.Item.objects.filter(band=2).values_list("pk", flat=True)
    )
    assert len(events) == count
    later.refresh_from_db()
    assert later.band != 2, "what came in after the start is not of the job"


def test_a_fine_tune_that_is_killed_goes_on_behind_its_last_fold() -> None:
    project = make.project()
    settle(project, 100)
    (job,) = start_due_tunings()
    row = models.Job.objects.filter(pk=job.pk)
    first = run(job.pk)
    kill_once(first, lambda: row.get().cursor >= 2)
    assert (row.get().state, models.ModelVersion.objects.count()) == ("running", 0)
    # Labels that come meanwhile are for the next trial: the folds are those of the first.
    settle(project, 10)
    second = run(job.pk)
    assert second.wait() == 0
    assert (row.get().state, row.get().result["outcome"]) == ("done", "taken")
    tuning = models.Tuning.objects.get()
    assert tuning.report is not None
    # `Told` says in which process it was.
    assert tuning.report["steps"] == [first.pid, first.pid, second.pid]
    assert (len(tuning.lessons), tuning.folds) == (100, {})
    assert models.ModelVersion.objects.get().trained_on == 100
