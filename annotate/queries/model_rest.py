"""Whether the model of a project rests after it failed, and until when.

Read from how its jobs ended, so that all processes see the same and a restart forgets nothing: a
job that ends well ends the rest, and each further failure doubles it.
"""

from datetime import datetime, timedelta
from itertools import takewhile
from typing import Final, TypedDict

from django.utils import timezone

from annotate.models import JobKind, JobState, Project
from annotate.prepared import Prepared, moment, text
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


_ENDED: Final = Prepared(
    "ended_model_jobs",
    f"""
    SELECT error_code, error_extra ->> 'reason', finished_at FROM annotate_job
     WHERE project_id = $1 AND kind IN ({", ".join(f"'{kind}'" for kind in MODEL_JOBS)})
       AND finished_at IS NOT NULL AND state <> '{JobState.CANCELLED}'
     ORDER BY id DESC LIMIT {MOST_DOUBLINGS + 1}
    """,  # noqa: S608 - the kinds are fixed
    (text, text, moment),
)


def rest_of(project: Project) -> Rest | None:
    """The rest the model has been sent to, also when its time is over but it was not tried yet."""
    failed = list(takewhile(lambda job: job[0] == ModelRests.code, _ENDED.all(project.pk)))
    if not failed:
        return None
    _, reason, since = failed[0]
    return Rest(
        since=since,
        until=since + REST * 2 ** (len(failed) - 1),
        reason=reason or "",
        failures=len(failed),
    )


def is_resting(project: Project) -> bool:
    """Whether nobody but a lead may have the model tried now."""
    rest = rest_of(project)
    return rest is not None and rest["until"] > timezone.now()
