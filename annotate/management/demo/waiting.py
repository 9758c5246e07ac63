"""Wait for the server's background work, with a limit and with a reason."""

import time
from typing import Any

from annotate.management.demo.client import Client
from annotate.models import CrowdVersion
from annotate.services.refresh import start_due_refreshes

_LOOK_EVERY_SECONDS = 0.5
_LOOK_OFTEN_SECONDS = 0.05
# A worker that lives takes a job within two seconds.
_START_SECONDS = 30.0


class GaveUp(Exception):
    """The work did not end in time, or failed; the text says why."""


def await_job(client: Client, job: dict[str, Any], *, seconds: float) -> dict[str, Any]:
    """The job once it is done.

    Raises:
        GaveUp: it failed, was cancelled, did not start, or took longer than `seconds`.
    """
    began = time.monotonic()
    while True:
        state = job["state"]
        if state == "done":
            return job
        if state in {"failed", "cancelled"}:
            raise GaveUp(job["error"] or f"the job was {state}")
        waited = time.monotonic() - began
        if state == "queued" and waited > _START_SECONDS:
            raise GaveUp("no worker process took the job; start one with `manage.py worker`")
        if waited > seconds:
            raise GaveUp(f"it is not done after {seconds:.0f} s")
        time.sleep(_LOOK_EVERY_SECONDS)
        job = client.get(f"jobs/{job['id']}/")


def await_predictions(client: Client, project: int, *, seconds: float) -> int:
    """How many predictions the model made of the imported items. Raises GaveUp."""
    jobs = client.get(f"projects/{project}/jobs/", limit=200)["results"]
    prelabel = [job for job in jobs if job["kind"] == "prelabel"]
    if not prelabel:
        raise GaveUp("the server started no pre-labelling")
    # One import starts one job; a second import while it runs starts another.
    done = [await_job(client, job, seconds=seconds) for job in reversed(prelabel)]
    return sum(int(job["result"].get("predictions", 0)) for job in done)


def await_refresh(project: int, *, votes: int, seconds: float) -> None:
    """Have the crowd learnt anew, of so many votes, and wait for it.

    It is asked for as the worker's clock would in a few seconds. Quiet work is no job that the
    interface shows, so its outcome is looked for in the database. Raises GaveUp.
    """
    start_due_refreshes()
    began = time.monotonic()
    while not CrowdVersion.objects.filter(project=project, votes__gte=votes).exists():
        if time.monotonic() - began > seconds:
            raise GaveUp(
                f"the crowd was not learnt anew within {seconds:.0f} s; a worker process does "
                "that: start one with `manage.py worker`"
            )
        time.sleep(_LOOK_OFTEN_SECONDS)
