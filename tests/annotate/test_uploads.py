"""A file in parts: what broke off goes on, nothing comes twice, and nobody reaches another's."""

import hashlib
import os
import time
from pathlib import Path
from typing import Any

import pytest
import pytest_django

from annotate import models
from annotate.services import receive
from annotate.services.import_file import import_file
from annotate.services.jobs import run_job
from tests import make
from tests.annotate.importing import lines

pytestmark = pytest.mark.django_db
CONTENT = lines(*({"data": {"text": f"row {n}"}} for n in range(20)))


@pytest.fixture(autouse=True)
def folder(settings: pytest_django.Settings, tmp_path: Path) -> Path:
    settings.UPLOAD_ROOT = tmp_path / "uploads"
    return tmp_path / "uploads"


@pytest.fixture
def project() -> models.Project:
    return make.project()


@pytest.fixture
def lead(project: models.Project) -> make.Caller:
    return make.client_for(project.created_by)


def begin(lead: make.Caller, project: models.Project) -> str:
    status, body = lead.post(f"projects/{project.pk}/uploads/")
    assert (status, body["received"]) == (201, 0)
    return f"projects/{project.pk}/uploads/{body['upload']}/"


def put(lead: make.Caller, path: str, offset: Any, content: bytes) -> make.Reply:
    to = f"{path}?offset={offset}"
    return make.read(lead.raw("PUT", to, content, content_type="application/octet-stream"))


def start(lead: make.Caller, project: models.Project, path: str) -> make.Reply:
    """As the browser does it: a form, here without a file."""
    boundary, fields = "xyz", {"upload": path.split("/")[-2], "format": "jsonl"}
    form = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    return make.read(
        lead.raw(
            "POST",
            f"projects/{project.pk}/imports/",
            f"{form}--{boundary}--\r\n".encode(),
            content_type=f"multipart/form-data; boundary={boundary}",
        )
    )


def test_a_file_that_came_in_parts_is_imported_whole(
    lead: make.Caller, project: models.Project
) -> None:
    path = begin(lead, project)
    assert put(lead, path, 0, CONTENT[:100])[1]["received"] == 100
    assert lead.get(path)[1]["received"] == 100
    assert put(lead, path, 100, CONTENT[100:])[1]["received"] == len(CONTENT)
    status, job = start(lead, project, path)
    assert status == 202
    run_job(job["id"], import_file)
    assert models.Job.objects.get(pk=job["id"]).result["created"] == 20
    assert models.Source.objects.get().sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert start(lead, project, path)[1]["code"] == "upload_gone"


@pytest.mark.parametrize("offset", [0, 99, 101, 10**9])
def test_a_part_that_leaves_a_gap_or_comes_twice_is_refused(
    lead: make.Caller, project: models.Project, offset: int
) -> None:
    path = begin(lead, project)
    put(lead, path, 0, CONTENT[:100])
    status, body = put(lead, path, offset, CONTENT[:100])
    assert (status, body["code"], body["extra"]) == (409, "upload_offset", {"received": 100})
    assert lead.get(path)[1]["received"] == 100


@pytest.mark.parametrize("offset", ["", "-1", "x"])
def test_an_offset_that_is_none_is_refused(
    lead: make.Caller, project: models.Project, offset: str
) -> None:
    assert put(lead, begin(lead, project), offset, b"x")[0] == 400


def test_another_lead_does_not_find_it(lead: make.Caller, project: models.Project) -> None:
    path = begin(lead, project)
    other = make.client_for(make.worker(project, "lead"))
    assert other.get(path)[0] == put(other, path, 0, b"x")[0] == 404
    assert start(other, project, path)[0] == 404


def test_more_than_the_limit_is_not_kept(
    lead: make.Caller, project: models.Project, settings: pytest_django.Settings
) -> None:
    settings.MAX_IMPORT_BYTES = 1000
    path = begin(lead, project)
    status, body = put(lead, path, 0, b"x" * 1001)
    assert (status, body["code"]) == (413, "too_large")
    assert lead.get(path)[1]["received"] <= 1000


def test_parts_that_nobody_goes_on_with_are_forgotten(
    lead: make.Caller, project: models.Project, folder: Path
) -> None:
    fresh, old = begin(lead, project), begin(lead, project)
    long_ago = time.time() - receive.KEPT_SECONDS - 1
    (part,) = folder.glob(f"*{old.split('/')[-2].replace('-', '')}.part")
    os.utime(part, (long_ago, long_ago))
    receive.forget_old_parts()
    assert (lead.get(fresh)[0], lead.get(old)[0]) == (200, 404)
