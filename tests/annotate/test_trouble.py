"""Trouble that comes from outside: changed rules, a wrong clock, a full disk, dead connections."""

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
import pytest_django
from django.conf import settings as in_force
from django.db import connection
from django.utils import timezone

from annotate import models
from annotate.database.addresses import cluster_folder
from annotate.database.files import SUPERUSER
from annotate.services.assign import release_expired_leases
from tests import make
from tests.annotate import acting
from tests.annotate.invariants import broken_promises, drain

pytestmark = [pytest.mark.threads, pytest.mark.usefixtures("committed")]


def test_twenty_who_hold_leases_when_the_schema_changes_lose_no_answer() -> None:
    project = make.project(policy={"min_overlap": 2, "max_overlap": 3})
    make.items(project, 10)
    workers = [make.worker(project) for _ in range(20)]
    callers = [make.client_for(worker) for worker in workers]
    leases = [acting.claim(caller, project)[0]["id"] for caller in callers]
    lead = make.client_for(project.created_by)
    newer = json.loads(json.dumps(make.CHOICE))
    newer["questions"][0]["categories"] = [{"id": "pos"}, {"id": "mixed"}]  # "neg" is gone
    newer["questions"].append({"id": "loud", "type": "rating", "min": 1, "max": 3})

    answers = (make.NEG, make.POS)
    acts: list[Callable[[], make.Reply]] = [
        partial(lead.post, f"projects/{project.pk}/guidelines/", {"schema": newer})
    ]
    for place, (caller, lease) in enumerate(zip(callers, leases, strict=True)):
        acts.append(partial(acting.submit, caller, lease, answers[place % 2]))
    replies = acting.all_well(acting.at_once(acts))
    assert [status for status, _ in replies] == [201, *([200] * 20)]
    kept = models.Judgment.objects.values_list("guideline__version", "answer__tone")
    assert sorted(kept) == sorted([(1, "neg"), (1, "pos")] * 10)
    assert broken_promises() == {}
    # Who claims from now on is asked the new questions.
    (fresh,) = acting.claim(make.client_for(make.worker(project)), project)
    assert models.Assignment.objects.get(pk=fresh["id"]).guideline.version == 2


def test_a_quota_below_what_was_given_deletes_nothing() -> None:
    project = make.project(policy={"min_overlap": 5, "max_overlap": 5})
    item = make.item(project)
    late = make.client_for(make.worker(project))
    (lease,) = acting.claim(late, project)
    acting.vote(project, make.POS, make.POS, make.NEG)
    lead = make.client_for(project.created_by)
    policy = {"min_overlap": 2, "max_overlap": 2}
    assert lead.put(f"projects/{project.pk}/policy/", policy)[0] == 200
    status, body = acting.submit(late, lease["id"], make.POS)
    assert (status, body["status"]) == (200, "accepted")
    assert models.Judgment.objects.count() == 4
    item.refresh_from_db()
    assert (item.judged, item.taken) == (4, 4)
    drain(project, [make.worker(project)], make.worker(project, "expert"))
    assert models.Judgment.objects.filter(is_surplus=False).count() >= 4


@pytest.mark.parametrize("days", [-1, 1])
def test_a_web_machine_whose_clock_is_off_by_a_day_works_as_ever(
    days: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make.project()
    make.items(project, 3)
    worker, other = make.worker(project), make.worker(project)
    caller, beside = make.client_for(worker), make.client_for(other)
    held = acting.claim(beside, project)[0]["id"]
    off = timedelta(days=days)
    right_now, right_time = timezone.now, time.time
    monkeypatch.setattr(timezone, "now", lambda: right_now() + off)
    monkeypatch.setattr(time, "time", lambda: right_time() + off.total_seconds())
    (lease,) = acting.claim(caller, project)
    # The end of a lease is the database's to say, and its clock is right.
    left = datetime.fromisoformat(lease["expires_at"]) - right_now()
    assert timedelta(minutes=1) < left < timedelta(hours=1)
    assert caller.post(f"assignments/{lease['id']}/heartbeat/")[0] == 200
    while release_expired_leases():
        continue
    assert models.Assignment.objects.filter(state="leased").count() == 2
    for client, assignment in ((caller, lease["id"]), (beside, held)):
        status, body = acting.submit(client, assignment, make.POS)
        assert (status, body["status"]) == (200, "accepted")
    for judgment in models.Judgment.objects.all():
        assert abs((judgment.created_at - right_now()).total_seconds()) < 60
        assert 0 <= judgment.seconds < 60
    assert broken_promises() == {}


def as_root(*command: str) -> bool:
    """Whether the command ended well."""
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - our own words
    return done.returncode == 0


@pytest.fixture
def small_disk(open_folder: Path) -> Iterator[Path]:
    """A file system of 3 MB. Mounting one needs root's rights."""
    place = open_folder / "small"
    place.mkdir()
    if not as_root("/bin/mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)):
        pytest.skip("no small file system can be mounted here (needs root)")
    yield place
    assert as_root("/bin/umount", "--lazy", str(place))


@contextmanager
def judgments_on(disk: Path) -> Iterator[None]:
    """The table of judgments lies there, within the block."""
    home = cluster_folder(in_force.DATA_DIR).stat()
    space = disk / "space"
    space.mkdir(mode=0o700)
    for path in (disk, space):
        os.chown(path, home.st_uid, home.st_gid)
    with psycopg.connect(
        host=connection.settings_dict["HOST"],
        user=SUPERUSER,
        dbname=connection.settings_dict["NAME"],
        autocommit=True,
    ) as database:
        database.execute(f"CREATE TABLESPACE small LOCATION '{space}'")
        try:
            database.execute("ALTER TABLE annotate_judgment SET TABLESPACE small")
            yield
        finally:
            database.execute("ALTER TABLE annotate_judgment SET TABLESPACE pg_default")
            database.execute("DROP TABLESPACE small")


def fill(disk: Path, *, but: int = 0) -> Path:
    """A file that leaves so many bytes free."""
    found = os.statvfs(disk)
    filler = disk / "filler"
    filler.write_bytes(b"x" * (found.f_bavail * found.f_frsize - but))
    return filler


@pytest.mark.skipif(bool(in_force.DATABASE_URL), reason="the database's disk is not ours")
def test_a_full_disk_of_the_database_is_said_and_costs_no_answer(small_disk: Path) -> None:
    project = make.project(policy={"min_overlap": 50, "max_overlap": 50})
    make.item(project)
    callers = [make.client_for(make.worker(project)) for _ in range(30)]
    leases = [acting.claim(caller, project)[0]["id"] for caller in callers]
    keys = [str(uuid4()) for _ in callers]

    def submit_all() -> list[make.Reply]:
        return [
            acting.submit(caller, lease, make.POS, submission=key, comment="x" * 1500)
            for caller, lease, key in zip(callers, leases, keys, strict=True)
        ]

    with judgments_on(small_disk):
        filler = fill(small_disk)
        replies = submit_all()
        refused = [(status, body["code"]) for status, body in replies if status != 200]
        assert refused
        assert set(refused) == {(507, "disk_full")}
        assert models.Judgment.objects.count() == len(callers) - len(refused)
        assert broken_promises() == {}
        filler.unlink()
        # The same answers again, without a restart, as the browser sends them.
        assert [status for status, _ in submit_all()] == [200] * len(callers)
        assert models.Judgment.objects.count() == len(callers)
        assert broken_promises() == {}


def test_a_full_disk_of_files_is_said_and_leaves_nothing_behind(
    small_disk: Path, settings: pytest_django.Settings
) -> None:
    settings.MEDIA_ROOT, settings.UPLOAD_ROOT = small_disk / "media", small_disk / "uploads"
    project = make.project(schema=make.BOXES)
    lead = make.client_for(project.created_by)
    filler = fill(small_disk, but=64 * 1024)
    content = make.picture_bytes((600, 600), "PNG") + b"\0" * 200_000
    before = acting.counts()
    for path, name in (("media", "roof.png"), ("imports", "rows.jsonl")):
        status, body = lead.send_file(
            f"projects/{project.pk}/{path}/", content, name, format="jsonl"
        )
        assert (status, body["code"], body["extra"]) == (507, "disk_full", {"retry_after": 60})
    assert acting.counts() == before
    left = [path for path in small_disk.rglob("*") if path.is_file()]
    assert left == [filler]
    filler.unlink()
    whole = make.picture_bytes((600, 600), "PNG")
    assert lead.send_file(f"projects/{project.pk}/media/", whole, "roof.png")[0] == 201
