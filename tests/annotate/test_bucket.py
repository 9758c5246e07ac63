"""With a bucket, pictures, releases and uploads are found by every machine, and by nobody half."""

import hashlib
import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from zipfile import ZipFile

import pytest
import pytest_django

from annotate import models, shelf
from annotate.services import receive
from annotate.services.import_file import import_file
from annotate.services.jobs import run_job
from annotate.services.release import build_release
from tests import make
from tests.annotate import acting
from tests.annotate.importing import lines
from tests.annotate.test_uploads import begin, put, start
from tests.bucket import BUCKET, KEYS, Bucket, running_bucket

pytestmark = pytest.mark.usefixtures("committed")
ROWS = lines(*({"data": {"text": f"row {n}"}} for n in range(20)))


@pytest.fixture(scope="module")
def one_bucket() -> Iterator[Bucket]:
    with running_bucket() as bucket:
        yield bucket


@pytest.fixture
def bucket(
    one_bucket: Bucket,
    settings: pytest_django.Settings,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Bucket:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    settings.S3_BUCKET, settings.S3_ENDPOINT, settings.S3_PREFIX = BUCKET, one_bucket.url, "here/"
    another_machine(settings, tmp_path)
    one_bucket.objects.clear()
    one_bucket.is_broken = False
    return one_bucket


def another_machine(settings: pytest_django.Settings, tmp_path: Path, name: str = "one") -> None:
    """From here on, the folders are those of a machine that has nothing yet."""
    for kind in ("media", "release", "upload"):
        setattr(settings, f"{kind.upper()}_ROOT", tmp_path / name / kind)


def left_behind(tmp_path: Path) -> list[Path]:
    return [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_picture_taken_by_one_machine_is_shown_by_another(
    bucket: Bucket, settings: pytest_django.Settings, tmp_path: Path
) -> None:
    project = make.project(schema=make.BOXES)
    lead = make.client_for(project.created_by)
    content = make.picture_bytes((900, 700), "PNG")
    status, body = lead.send_file(f"projects/{project.pk}/media/", content, "roof.png")
    assert status == 201
    sha256 = body["media"]
    assert bucket.objects == {f"here/media/{sha256[:2]}/{sha256}": content}
    assert left_behind(tmp_path) == []
    item = make.item(project, data={"picture": {"name": "roof.png"}})
    another_machine(settings, tmp_path, "two")
    reply = lead.raw("GET", f"projects/{project.pk}/items/{item.pk}/media/picture/")
    assert make.content_of(reply) == content
    assert reply.headers["Content-Length"] == str(len(content))
    bucket.objects.clear()
    assert lead.get(f"projects/{project.pk}/items/{item.pk}/media/picture/")[0] == 404


def test_a_release_built_by_one_machine_is_downloaded_from_another(
    bucket: Bucket, settings: pytest_django.Settings, tmp_path: Path
) -> None:
    project = make.project()
    make.item(project)
    acting.vote(project, make.POS, make.POS)
    lead = make.client_for(project.created_by)
    _, body = lead.post(f"projects/{project.pk}/releases/", {"note": "first"})
    run_job(body["job"]["id"], build_release)
    assert left_behind(tmp_path) == []
    another_machine(settings, tmp_path, "two")
    path = f"projects/{project.pk}/releases/1/"
    _, release = lead.get(path)
    status, archive = lead.get(f"{path}download/")
    assert (status, hashlib.sha256(archive).hexdigest()) == (200, release["sha256"])
    with ZipFile(io.BytesIO(archive)) as files:
        for file in release["files"]:
            content = make.content_of(lead.raw("GET", f"{path}files/{file['name']}"))
            assert hashlib.sha256(content).hexdigest() == file["sha256"]
            assert files.read(file["name"]) == content


def test_parts_taken_by_two_machines_are_imported_by_a_third(
    bucket: Bucket, settings: pytest_django.Settings, tmp_path: Path
) -> None:
    project = make.project()
    lead = make.client_for(project.created_by)
    path = begin(lead, project)
    assert put(lead, path, 0, ROWS[:100])[1]["received"] == 100
    another_machine(settings, tmp_path, "two")
    status, body = put(lead, path, 99, ROWS[99:])
    assert (status, body["code"], body["extra"]) == (409, "upload_offset", {"received": 100})
    assert put(lead, path, 100, ROWS[100:])[1]["received"] == len(ROWS)
    _, job = start(lead, project, path)
    # The whole file is there in the place of its parts, and the next machine finds it.
    assert list(bucket.objects.values()) == [ROWS]
    another_machine(settings, tmp_path, "three")
    run_job(job["id"], import_file)
    assert models.Job.objects.get(pk=job["id"]).result["created"] == 20
    assert models.Source.objects.get().sha256 == hashlib.sha256(ROWS).hexdigest()
    assert start(lead, project, path)[1]["code"] == "upload_gone"
    assert (bucket.objects, left_behind(tmp_path)) == ({}, [])


@pytest.mark.threads
def test_a_part_that_comes_many_times_at_once_is_there_once(bucket: Bucket) -> None:
    project = make.project()
    lead = make.client_for(project.created_by)
    path = begin(lead, project)
    replies = acting.all_well(acting.at_once([partial(put, lead, path, 0, ROWS)] * 6))
    assert sorted(status for status, _ in replies) == [200, 409, 409, 409, 409, 409]
    assert lead.get(path)[1]["received"] == len(ROWS)


def test_a_file_that_comes_at_once_and_parts_that_nobody_goes_on_with(
    bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make.project()
    lead = make.client_for(project.created_by)
    # Larger than one request takes.
    large = ROWS + b" " * (6 * 2**20) + b"\n"
    _, job = lead.send_file(f"projects/{project.pk}/imports/", large, "x", format="jsonl")
    assert list(bucket.objects.values()) == [large]
    run_job(job["id"], import_file)
    assert models.Item.objects.count() == 20
    old = begin(lead, project)
    put(lead, old, 0, ROWS)
    receive.forget_old_parts()
    assert lead.get(old)[0] == 200
    monkeypatch.setattr(receive, "KEPT_SECONDS", -1)
    receive.forget_old_parts()
    assert (lead.get(old)[0], bucket.objects, left_behind(tmp_path)) == (404, {}, [])


def test_a_store_that_does_not_answer_is_said_and_costs_nothing(
    bucket: Bucket, settings: pytest_django.Settings, tmp_path: Path
) -> None:
    project = make.project(schema=make.BOXES)
    lead = make.client_for(project.created_by)
    bucket.is_broken = True
    settings.S3_RETRIES = 0
    before = acting.counts()
    for path, name in (("media", "roof.png"), ("imports", "rows.jsonl")):
        status, body = lead.send_file(
            f"projects/{project.pk}/{path}/", make.picture_bytes(), name, format="jsonl"
        )
        assert (status, body["code"], body["extra"]["retry_after"]) == (
            503,
            "store_unavailable",
            5,
        )
    assert (acting.counts(), left_behind(tmp_path)) == (before, [])
    bucket.is_broken = False
    assert lead.send_file(f"projects/{project.pk}/media/", make.picture_bytes(), "x")[0] == 201


def test_a_fetched_file_is_whole_or_not_there(bucket: Bucket, tmp_path: Path) -> None:
    uploads = shelf.uploads()
    with pytest.raises(FileNotFoundError):
        uploads.fetch("nothing")
    assert left_behind(tmp_path) == []
