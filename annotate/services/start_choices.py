"""Have the order of open items made anew where a model knows more than when it was made."""

from annotate.models import Job, JobKind, JobState, Project, ProjectStage
from annotate.queries.model_rest import is_resting
from annotate.queries.pool import ahead_count
from annotate.services.choose import order_of
from annotate.services.jobs import start_job

_LEFT = 4
"""A front of which only this part waits is filled up again."""


def start_due_choices() -> list[Job]:
    """Start a job in each open project whose order is out of date or used up."""
    started = []
    for project in Project.objects.filter(
        stage=ProjectStage.OPEN, guideline__isnull=False, policy__isnull=False
    ):
        busy = Job.objects.filter(
            project=project,
            kind__in=[JobKind.TEACH, JobKind.PRELABEL, JobKind.CHOOSE],
            state__in=[JobState.QUEUED, JobState.RUNNING],
        )
        order = order_of(project)
        if order is None or busy.exists() or is_resting(project):
            continue
        if _is_due(project, order.signature):
            job = start_job(
                project=project,
                kind=JobKind.CHOOSE,
                user=None,
                parameters={"signature": order.signature},
            )
            started.append(job)
    return started


def _is_due(project: Project, signature: dict[str, object]) -> bool:
    """A job that failed or was cancelled is not tried again before there is something new."""
    last = Job.objects.filter(project=project, kind=JobKind.CHOOSE).order_by("-id").first()
    if last is None or last.parameters.get("signature") != signature:
        return True
    if last.state != JobState.DONE or not last.result.get("is_full"):
        return False
    least = int(last.result["items"]) // _LEFT
    return ahead_count(project, least) < least
