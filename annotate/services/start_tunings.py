"""When a fine-tune is worth its minutes: first at about 100 labels, then each time they have grown
by half."""

from annotate.documents import in_force
from annotate.models import (
    FinalSource,
    Item,
    ItemStage,
    Job,
    JobKind,
    JobState,
    Project,
    ProjectStage,
)
from annotate.queries.catalogue import learnable_questions
from annotate.queries.model_rest import is_resting
from annotate.queries.tuning import fewest_needed, why_not_tuned
from annotate.queries.versions import is_audited, newest_of
from annotate.services.jobs import start_job
from labeling.questions import Question

GROWTH = 1.5


def start_due_tunings() -> list[Job]:
    """Start a job for one question of each open project that has settled enough since its last.

    Not while a lead has pinned a version, a batch is audited, or the model rests. A trial that
    failed or was cancelled is not made again until there are more labels, either.
    """
    started = []
    for project in Project.objects.filter(
        stage=ProjectStage.OPEN, guideline__isnull=False, policy__isnull=False
    ):
        due = _due_question(project)
        if due is None or is_resting(project) or is_audited(project):
            continue
        question, settled = due
        parameters = {"question": question.id, "settled": settled}
        started.append(
            start_job(project=project, kind=JobKind.TUNE, user=None, parameters=parameters)
        )
    return started


def _due_question(project: Project) -> tuple[Question, int] | None:
    """With how many items people have settled; None while one is tried already."""
    schema = in_force(project).schema
    questions = [
        each
        for each in learnable_questions(project, schema)
        if why_not_tuned(schema, each) is None
    ]
    jobs = Job.objects.filter(project=project, kind=JobKind.TUNE)
    if not questions or jobs.filter(state__in=[JobState.QUEUED, JobState.RUNNING]).exists():
        return None
    settled = (
        Item.objects.filter(project=project, stage=ItemStage.SETTLED)
        .exclude(final_label__source=FinalSource.AUTO_ACCEPT)
        .count()
    )
    for question in questions:
        last = jobs.filter(parameters__question=question.id).order_by("-id").first()
        known = int(last.parameters.get("settled", 0)) if last else 0
        newest = newest_of(project, question.id)
        is_pinned = newest is not None and newest.pinned_by_id is not None
        if settled >= max(fewest_needed(question), known * GROWTH) and not is_pinned:
            return question, settled
    return None
