"""The loop: a head is fitted on final labels as they come, and speaks on what is left."""

import logging
from typing import Any

from django.db import transaction
from django.db.models import F, Func, JSONField, Value

from annotate.announce import announce
from annotate.documents import in_force
from annotate.models import (
    BY_PEOPLE,
    Event,
    EventKind,
    FinalLabel,
    Item,
    ItemStage,
    Job,
    JobKind,
    JobState,
    ModelKind,
    ModelVersion,
    Project,
    ProjectStage,
)
from annotate.queries.catalogue import encoder_of, learnable_questions
from annotate.queries.model_rest import is_resting
from annotate.queries.versions import is_audited, is_replaced_by_refits
from annotate.refusals import NoModel
from annotate.services.heads import store_version, stored_head
from annotate.services.jobs import report, start_job
from annotate.services.mend_mapped import mend_beside_heads
from annotate.services.prelabel import speak
from annotate.services.read_items import begin_reading, category_vectors, encoder_space
from annotate.services.read_lessons import material_of
from labeling.questions import Question
from labeling.schema import LabelSchema
from labeling.votes import JSON
from models_assist.catalogue import ModelSpec
from models_assist.learners import LEARNERS, Answering, known_label
from models_assist.readings import inputs_of

logger = logging.getLogger(__name__)

# With fewer, a head is no better than a good description of the categories, and its own idea of
# how good it is means little (measured on reviews and headlines, docs/measurements.md).
FEWEST_LABELS = 30
FEWEST_LABELS_A_CATEGORY = 5
# A refit is worth its time once there is a quarter more to learn from.
GROWTH = 1.25
MOST_LABELS = 5000
SEED = 0


def start_due_lessons() -> list[Job]:
    """Start a job in each open project that has settled enough since its model was fitted."""
    started = []
    for project in Project.objects.filter(
        stage=ProjectStage.OPEN, guideline__isnull=False, policy__isnull=False
    ):
        questions = learnable_questions(project, in_force(project).schema)
        settled = (
            Item.objects.filter(project=project, stage=ItemStage.SETTLED)
            .filter(final_label__source__in=BY_PEOPLE)
            .count()
        )
        if not questions or not _is_due(project, settled, min(map(_fewest_labels, questions))):
            continue
        # A newer model would end the audit of a batch that the present one is to be believed in.
        if is_resting(project) or is_audited(project):
            continue
        busy = Job.objects.filter(
            project=project,
            kind=JobKind.TEACH,
            state__in=[JobState.QUEUED, JobState.RUNNING],
        )
        if not busy.exists():
            job = start_job(
                project=project, kind=JobKind.TEACH, user=None, parameters={"settled": settled}
            )
            started.append(job)
    return started


def _fewest_labels(question: Question) -> int:
    classes = LEARNERS[question.type].classes(question)
    return max(FEWEST_LABELS, FEWEST_LABELS_A_CATEGORY * len(classes))


def _is_due(project: Project, settled: int, fewest: int) -> bool:
    """Whether much was settled since the last lesson, whatever became of that.

    A lesson that failed, or that found nothing to teach, is not given again until then.
    """
    last = Job.objects.filter(project=project, kind=JobKind.TEACH).order_by("-id").first()
    known = int(last.parameters.get("settled", 0)) if last else 0
    return settled >= max(fewest, known * GROWTH) and min(settled, MOST_LABELS) > known


def teach_model(job: Job) -> dict[str, Any]:
    """Fit the head of every usable question, then let it speak on the unsettled items."""
    project = job.project
    schema = in_force(project).schema
    begin_reading(job)
    report(job, done=0)
    taught = [
        version
        for question in learnable_questions(project, schema)
        if (version := _teach(job, schema, question)) is not None
    ]
    mend_beside_heads(project, {each.question for each in taught})
    result = speak(job)
    announce(project.pk, "board")
    return {"versions": [each.version for each in taught], **result}


def lessons_of(
    project: Project, question: Question, *, most: int = MOST_LABELS
) -> list[tuple[int, dict[str, Any], JSON]]:
    """The latest items with a final label: item, data, label.

    Where an earlier model had a say in the label, it is what the votes said without it: a model
    must not learn from itself. For the same reason no label counts that a model was trusted with;
    nor does a copy of another item's, which says nothing new.
    """
    path = [Value(key) for key in ("questions", question.id, "model", "alone", "label")]
    alone = Func(F("reason"), *path, function="jsonb_extract_path", output_field=JSONField())
    rows = (
        FinalLabel.objects.filter(project=project, replaced_by__isnull=True)
        .filter(source__in=BY_PEOPLE)
        .order_by("-id")
        .values_list("item", "item__data", "answer", alone)[:most]
    )
    said = (
        (item, data, answer.get(question.id) if votes is None else votes)
        for item, data, answer, votes in rows
    )
    known = ((item, data, known_label(question, label, data)) for item, data, label in said)
    return [(item, data, label) for item, data, label in known if label is not None]


def _teach(job: Job, schema: LabelSchema, question: Question) -> ModelVersion | None:
    """Fit on the latest final labels of the question; None when there are too few."""
    project = job.project
    lessons = lessons_of(project, question)
    if len(lessons) < _fewest_labels(question):
        return None
    try:
        spec = encoder_of(project, question)
        space = encoder_space(spec)
    except NoModel as gone:
        logger.warning("project %s, %s is not taught: %s", project.pk, question.id, gone.message)
        return None
    if not _may_replace(project, question, space):
        return None
    head = _fit(job, schema, question, lessons, spec)
    return None if head is None else _keep(project, question, head, len(lessons), space)


def _may_replace(project: Project, question: Question, space: str) -> bool:
    """Whether a refit would be heard; a version of other categories stands in nobody's way."""
    stored = stored_head(project, question, space)
    return stored is None or is_replaced_by_refits(stored[0])


@transaction.atomic
def _keep(
    project: Project, question: Question, head: Answering, trained_on: int, space: str
) -> ModelVersion | None:
    """None when a fine-tune was taken meanwhile, or a lead has pinned a version."""
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    if not _may_replace(project, question, space):
        return None
    return keep_head(
        project=project, question=question, head=head, trained_on=trained_on, space=space
    )


@transaction.atomic
def keep_head(
    *, project: Project, question: Question, head: Answering, trained_on: int, space: str
) -> ModelVersion:
    """A head that was fitted on labels is the version in force from now on."""
    version = store_version(
        project=project,
        question=question,
        head=head,
        kind=ModelKind.HEAD,
        trained_on=trained_on,
        encoder=space,
    )
    Event.objects.create(
        project=project,
        kind=EventKind.MODEL_TRAINED,
        payload={
            "question": question.id,
            "version": version.version,
            "trained_on": trained_on,
            "accuracy": head.quality.accuracy if head.quality else None,
        },
    )
    return version


def _fit(
    job: Job,
    schema: LabelSchema,
    question: Question,
    lessons: list[tuple[int, dict[str, Any], JSON]],
    spec: ModelSpec | None,
) -> Answering | None:
    """None when not one of the items can be read."""
    items = [(item, data) for item, data, _ in lessons]
    material, readable = material_of(job, schema, question, items, spec)
    if not readable:
        return None
    labels = [lessons[place][2] for place in readable]
    learner = LEARNERS[question.type]
    encode = category_vectors(spec, len(inputs_of(schema, question)))
    return learner.fit(question, material, labels, encode, seed=SEED)
