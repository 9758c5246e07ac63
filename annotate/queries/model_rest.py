"""Whether the model of a project rests after it failed, and until when.

Read from how its jobs ended, so that all processes see the same and a restart forgets nothing: a
job that ends well ends the rest, and each further failure doubles it.
"""

from datetime import datetime, timedelta
from itertools import takewhile
from typing import TypedDict

from django.utils import timezone

from annotate.models import Job, JobKind, JobState, Project
from annotate.refusals import Refusal

MODEL_JOBS = (JobKind.PRELABEL, JobKind.TEACH)
REST = timedelta(minutes=10)
MOST_DOUBLINGS = 4


class ModelRests(Refusal):
    """The model failed and rests for a while. People go on without it."""

    code = "model_rests"
    status = 409


class Rest(TypedDict):
    """What a lead is told."""

    since: datetime
    until: datetime
    """From then on the model is tried again by itself."""
    reason: str
    failures: int
    """Jobs in a row that ended so."""


def rest_of(project: Project) -> Rest | None:
    """The rest the model has been sent to, also when its time is over but it was not tried yet."""
    ended = list(
        Job.objects.filter(project=project, kind__in=MODEL_JOBS, finished_at__isnull=False)
        .exclude(state=JobState.CANCELLED)
        .only("error_code", "error_extra", "finished_at")
        .order_by("-id")[: MOST_DOUBLINGS + 1]
    )
    failed = list(takewhile(lambda job: job.error_code == ModelRests.code, ended))
    if not failed or failed[0].finished_at is None:
        return None
    return Rest(
        since=failed[0].finished_at,
        until=failed[0].finished_at + REST * 2 ** (len(failed) - 1),
        reason=str(failed[0].error_extra.get("reason", "")),
        failures=len(failed),
    )


def is_resting(project: Project) -> bool:
    """Whether nobody but a lead may have the model tried now."""
    rest = rest_of(project)
    return rest is not None and rest["until"] > timezone.now()
