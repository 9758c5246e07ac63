"""Ask for predictions on new items. Apart from the work itself, which needs the models."""

from annotate.documents import schema_version
from annotate.models import Job, JobKind, JobState, Project
from annotate.queries.models import usable_questions
from annotate.services.jobs import start_job


def request_prelabel(*, project: Project) -> Job | None:
    """Start a job that lets the model speak, unless no question is usable or one waits."""
    if project.guideline_id is None or not usable_questions(schema_version(project.guideline_id)):
        return None
    waiting = Job.objects.filter(project=project, kind=JobKind.PRELABEL, state=JobState.QUEUED)
    if waiting.exists():
        return None
    return start_job(project=project, kind=JobKind.PRELABEL, user=None, parameters={})
