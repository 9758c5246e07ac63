"""A job that breaks is tried again while attempts are left, and says so when it gives up."""

import pytest

from annotate.models import Job, JobKind, JobState
from annotate.services.jobs import MISTAKE, run_job
from tests import make

pytestmark = pytest.mark.django_db


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
    assert (job.state, job.error) == (JobState.FAILED, MISTAKE)
