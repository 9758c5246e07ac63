"""Which version of a question's model is in force: always the newest."""

from django.db.models import Q, QuerySet

from annotate.models import Acceptance, AcceptanceState, ModelKind, ModelVersion, Project
from labeling.label_types import LABEL_TYPES
from labeling.questions import Question
from models_assist.head_storage import UnreadableHead, unpack

SWEPT = "swept"
"""A key of `own_encoder`: its files are to be deleted (false), or are (true)."""
HEADS = (ModelKind.ZERO_SHOT, ModelKind.HEAD, ModelKind.TUNED)
"""The kinds that answer by heads of ours, one of them at a time."""


def version_in_force(project: Project, question: str, space: str) -> ModelVersion | None:
    """The newest version of a question over a vector space, or over one tuned from it."""
    return (
        ModelVersion.objects.filter(project=project, question=question, kind__in=HEADS)
        .filter(Q(encoder=space) | Q(tuned_from=space))
        .order_by("-version")
        .first()
    )


def newest_of(project: Project, question: str) -> ModelVersion | None:
    """The newest version of a question, over whatever vectors; without what it has learnt."""
    versions = ModelVersion.objects.filter(project=project, question=question, kind__in=HEADS)
    return versions.defer("parameters").order_by("-version").first()


def same_model(version: ModelVersion) -> QuerySet[ModelVersion]:
    """The version and all that were made anew from the same: who broke a promise under one number
    has broken it under the others."""
    origin = version.copy_of_id or version.pk
    return ModelVersion.objects.filter(Q(pk=origin) | Q(copy_of=origin))


def classes_of(question: Question) -> tuple[str, ...]:
    """What a label of a question may be, or hold; as its learner has them."""
    values = LABEL_TYPES[question.type].condition_values(question)
    return question.category_ids or tuple(str(value) for value in values)


def fits(version: ModelVersion, question: Question) -> bool:
    """Whether a version still speaks of the classes that its question has. Makes no head of it."""
    try:
        header = unpack(bytes(version.parameters))[0]
    except UnreadableHead:
        return False
    return tuple(header.get("category_ids") or header["classes"]) == classes_of(question)


def is_replaced_by_refits(version: ModelVersion) -> bool:
    """Whether a head that is fitted anew may take over by itself.

    Not from a fine-tune: another fine-tune is tried against the head for that. And not from what a
    lead has pinned.
    """
    return version.kind != ModelKind.TUNED and version.pinned_by_id is None


def is_audited(project: Project) -> bool:
    """Whether a batch is tried just now, which a newer model would end."""
    return Acceptance.objects.filter(project=project, state=AcceptanceState.AUDITING).exists()
