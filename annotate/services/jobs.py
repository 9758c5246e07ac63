"""Long work as a row that people watch: start it, report on it, cancel it, end it."""

import logging
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from annotate import journal
from annotate.announce import announce
from annotate.enqueue import enqueue
from annotate.meters import count_job
from annotate.models import Job, JobKind, JobState, Project, User
from annotate.outage_refusals import StoreAway
from annotate.refusals import JobNotRunning, Refusal

logger = logging.getLogger(__name__)


MISTAKE = "The server made a mistake. Its log has the details under this job's number."
CANCELLED = "It was cancelled. What was done before stays."


class Cancelled(Exception):
    """Somebody asked for the job to stop."""


class Overtaken(Exception):
    """Another process has gone on with the job: this one was taken for dead. It ends the job."""


@transaction.atomic
def start_job(
    *, project: Project, kind: JobKind, user: User | None, parameters: dict[str, Any]
) -> Job:
    """A job that begins once this transaction is committed."""
    job = Job.objects.create(project=project, kind=kind, parameters=parameters, created_by=user)
    enqueue(f"annotate.{kind}", lock=_lock(project, kind), job_id=job.pk)
    announce(project.pk, "jobs")
    return job


def _lock(project: Project, kind: JobKind) -> str | None:
    """Of jobs with the same lock one runs at a time, whichever worker it is.

    An older version of a model must not have the last word on an item because its job was the
    slower one, so the model jobs of a project go one after another; those of several projects
    share the workers. Two that group one project at once would do it twice. And a slow endpoint,
    or fine-tunes of several projects, must not hold all the hands of a worker.
    """
    if kind in {JobKind.PRELABEL, JobKind.TEACH}:
        return f"model:{project.pk}"
    if kind == JobKind.GROUP:
        return f"group:{project.pk}"
    return kind.value if kind in {JobKind.LLM, JobKind.TUNE} else None


@transaction.atomic
def cancel_job(*, job: Job) -> Job:
    """Ask a job to stop at its next step.

    Raises:
        JobNotRunning: it has ended.
    """
    open_jobs = Job.objects.filter(pk=job.pk).filter(
        Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING)
    )
    if not open_jobs.update(is_cancel_requested=True):
        raise JobNotRunning
    Job.objects.filter(pk=job.pk, state=JobState.QUEUED).update(
        state=JobState.CANCELLED,
        error=CANCELLED,
        error_code="job_cancelled",
        finished_at=Now(),
    )
    announce(job.project_id, "jobs")
    job.refresh_from_db()
    return job


def report(job: Job, *, done: int, total: int | None = None, cursor: int | None = None) -> None:
    """Note how far the job is, with its result so far, and stop if that was asked for.

    Call it with `cursor` in the transaction of the work that moves it: of two processes that run
    the job at once, one moves the cursor, and the work of the other is undone.

    Raises:
        Cancelled: it was asked to stop; what is done stays done.
        Overtaken: the cursor is not where this process left it.
    """
    before = job.cursor
    job.done = done
    job.total = job.total if total is None else total
    job.cursor = job.cursor if cursor is None else cursor
    moved = Job.objects.filter(pk=job.pk, cursor=before).update(
        done=job.done, total=job.total, cursor=job.cursor, result=job.result
    )
    if not moved:
        raise Overtaken
    announce(job.project_id, "jobs")
    if Job.objects.values_list("is_cancel_requested", flat=True).get(pk=job.pk):
        raise Cancelled


def run_job(
    job_id: int,
    work: Callable[[Job], dict[str, Any]],
    *,
    attempts_left: int = 0,
    tried_again: tuple[type[Exception], ...] = (Exception,),
) -> None:
    """Run the work of a job to one of its ends: done, failed or cancelled.

    A job that was running when its process died comes here again and goes on at its cursor; so
    does one that broke (a lost connection, a deadlock) while attempts are left.
    Errors of other kinds than `tried_again` get no further attempt.
    """
    job = Job.objects.select_related("project").get(pk=job_id)
    if job.state not in {JobState.QUEUED, JobState.RUNNING}:
        return
    job.state = JobState.RUNNING
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, started_at=Now())
    announce(job.project_id, "jobs")
    token = journal.job_id.set(job.pk)
    try:
        result = work(job)
    except Cancelled:
        _end(job, JobState.CANCELLED, error=CANCELLED, error_code="job_cancelled")
    except Overtaken:
        logger.warning("job %s is run by another process", job.pk)
    except Exception as error:
        if isinstance(error, Refusal) and not isinstance(error, StoreAway):
            _refuse(job, error)
            return
        left = attempts_left if isinstance(error, tried_again) else 0
        logger.exception("job %s broke, attempts left: %s", job.pk, left)
        _break(job, error, is_tried_again=left > 0)
        raise
    else:
        _end(job, JobState.DONE, result=result)
    finally:
        journal.job_id.reset(token)


def _refuse(job: Job, refusal: Refusal) -> None:
    _end(
        job,
        JobState.FAILED,
        error=refusal.message,
        error_code=refusal.code,
        error_extra=refusal.extra,
    )


def _break(job: Job, error: Exception, *, is_tried_again: bool) -> None:
    # If it was the connection that broke, what became of the job is told over a new one.
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
    if is_tried_again:
        Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED)
    elif isinstance(error, Refusal):
        _refuse(job, error)
    else:
        _end(job, JobState.FAILED, error=MISTAKE, error_code="job_broke")


def _end(job: Job, state: JobState, **fields: Any) -> None:
    Job.objects.filter(pk=job.pk).update(state=state, finished_at=Now(), **fields)
    count_job(job.kind, state)
    announce(job.project_id, "jobs", "board")
