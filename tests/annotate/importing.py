"""Import a file as a lead does, and run its job."""

import json
from typing import Any

from annotate import models
from annotate.services.import_file import import_file
from annotate.services.jobs import run_job
from tests import make


def send(
    project: models.Project, content: bytes, form: str = "jsonl", **fields: str
) -> models.Job:
    """Send a file and run its job."""
    lead = make.client_for(project.created_by)
    path = f"projects/{project.pk}/imports/"
    status, body = lead.send_file(path, content, "rows", format=form, **fields)
    assert (status, body["state"], body["kind"]) == (202, "queued", "import")
    run_job(body["id"], import_file)
    return models.Job.objects.get(pk=body["id"])


def lines(*rows: Any) -> bytes:
    return b"".join(
        (row if isinstance(row, bytes) else json.dumps(row).encode()) + b"\n" for row in rows
    )


def rejections(job: models.Job) -> list[tuple[int, str, str]]:
    rows = models.Rejection.objects.filter(job=job).order_by("row", "pk")
    assert all(row.message for row in rows)
    return [(row.row, row.code, row.path) for row in rows]
