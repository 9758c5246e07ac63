"""What a trial of a fine-tune is about: the labels of people it began with, and their texts."""

from typing import NamedTuple

from django.conf import settings

from annotate.documents import in_force
from annotate.models import Job, Tuning, TuningOutcome
from annotate.queries.catalogue import encoder_of
from annotate.queries.tuning import fewest_needed, why_not_tuned
from annotate.refusals import NoModel
from annotate.services.learn import lessons_of
from annotate.services.read_lessons import material_of
from labeling.questions import Question
from labeling.votes import JSON
from models_assist.catalogue import DEFAULT_TEXT_ENCODER, ModelSpec
from models_assist.heads import AnyVectors
from models_assist.predicting import text_of
from models_assist.readings import inputs_of

MOST_TUNED = 1000
"""The latest labels; on one core a fine-tune on so many takes some minutes, and there are four."""


class Material(NamedTuple):
    """What a trial is about, in the order of its labels."""

    question: Question
    base: ModelSpec
    spec: ModelSpec | None
    """As `encoder_of` says: None for the server's own."""
    items: list[int]
    labels: list[JSON]
    texts: list[str]
    vectors: AnyVectors


def begun(job: Job) -> Tuning:
    """The trial with the labels it began with, also when the job is begun again."""
    project = job.project
    tuning = Tuning.objects.filter(job=job).first()
    if tuning is not None and (
        tuning.guideline_id == project.guideline_id or tuning.outcome != TuningOutcome.UNDER_WAY
    ):
        return tuning
    question = _question_of(job)
    lessons = [] if question is None else lessons_of(project, question, most=MOST_TUNED)
    return Tuning.objects.update_or_create(
        job=job,
        defaults={
            "project": project,
            "question": job.parameters["question"],
            "guideline_id": project.guideline_id,
            "lessons": [[item, label] for item, _, label in lessons],
            "folds": {},
        },
    )[0]


def _question_of(job: Job) -> Question | None:
    """None where a newer guideline has no such question, or one that is not fine-tuned."""
    schema = in_force(job.project).schema
    wanted = (each for each in schema.questions if each.id == job.parameters["question"])
    question = next(wanted, None)
    return None if question is None or why_not_tuned(schema, question) else question


def material_for(job: Job, tuning: Tuning) -> Material | None:
    """None where there are too few labels that can be read."""
    project, question = job.project, _question_of(job)
    if question is None or len(tuning.lessons) < fewest_needed(question):
        return None
    schema = in_force(project).schema
    spec = encoder_of(project, question)
    if spec is None and settings.TEXT_ENCODER is not None:
        raise NoModel("The encoder runs elsewhere, and only one that is here can be fine-tuned.")
    asked = project.items.filter(pk__in=[item for item, _ in tuning.lessons])
    data = dict(asked.values_list("pk", "data"))
    items = [(item, data[item]) for item, _ in tuning.lessons]
    vectors, readable = material_of(job, schema, question, items, spec)
    if len(readable) < fewest_needed(question):
        return None
    [inputs] = inputs_of(schema, question)
    return Material(
        question=question,
        base=spec or DEFAULT_TEXT_ENCODER,
        spec=spec,
        items=[items[at][0] for at in readable],
        labels=[tuning.lessons[at][1] for at in readable],
        texts=[text_of(inputs, items[at][1]) for at in readable],
        vectors=vectors,
    )


def read_again(job: Job, material: Material, spec: ModelSpec) -> None:
    """Have the texts of the labels read by another encoder, and their vectors kept.

    Raises as `read_items.encode_patiently`.
    """
    schema = in_force(job.project).schema
    data = dict(job.project.items.filter(pk__in=material.items).values_list("pk", "data"))
    items = [(item, data[item]) for item in material.items]
    material_of(job, schema, material.question, items, spec)
