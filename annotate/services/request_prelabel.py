"""Ask for predictions on new items. Apart from the work itself, which needs the models."""

from django.utils import timezone

from annotate.documents import schema_version
from annotate.models import Job, JobKind, JobState, Project, ProjectStage
from annotate.queries.catalogue import answered_questions
from annotate.queries.model_rest import MODEL_JOBS, ModelRests, is_resting, rest_of
from annotate.queries.models import usable_questions
from annotate.services.jobs import start_job


def request_prelabel(*, project: Project) -> Job | None:
    """Start a job that lets the model speak, unless no question is usable, one waits, or the
    model rests."""
    if project.guideline_id is None:
        return None
    schema = schema_version(project.guideline_id)
    if not (usable_questions(schema) or answered_questions(project)):
        return None
    waiting = Job.objects.filter(project=project, kind=JobKind.PRELABEL, state=JobState.QUEUED)
    if waiting.exists() or is_resting(project):
        return None
    return start_job(project=project, kind=JobKind.PRELABEL, user=None, parameters={})


def wake_rested_models() -> list[Job]:
    """Try the model of each open project again whose rest is over; what waited is read then."""
    failed = Job.objects.filter(error_code=ModelRests.code).values("project")
    busy = Job.objects.filter(
        kind__in=MODEL_JOBS, state__in=[JobState.QUEUED, JobState.RUNNING]
    ).values("project")
    started = []
    for project in Project.objects.filter(stage=ProjectStage.OPEN, pk__in=failed).exclude(
        pk__in=busy
    ):
        rest = rest_of(project)
        if rest is not None and rest["until"] <= timezone.now():
            started.append(request_prelabel(project=project))
    return [job for job in started if job is not None]
