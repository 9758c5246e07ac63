"""The heads of a project: which version of each speaks, and what is kept of a new one."""

from functools import partial
from typing import NamedTuple

from django.db import transaction
from django.db.models import Max

from annotate.documents import in_force
from annotate.models import (
    ModelKind,
    ModelVersion,
    Project,
)
from annotate.queries.catalogue import encoder_of, learnable_questions
from annotate.queries.models import served_questions
from annotate.queries.versions import version_in_force
from annotate.refusals import NoModel
from annotate.services.own_encoders import own_spec
from annotate.services.read_items import (
    encoder_space,
    vectors_of,
)
from labeling.questions import Question
from labeling.schema import LabelSchema
from models_assist.catalogue import ModelSpec
from models_assist.learners import LEARNERS, Answering, Storable
from models_assist.predicting import Answerer
from models_assist.readings import Inputs, inputs_of


def newest_head(project: Project, question: Question) -> tuple[ModelVersion, Answering] | None:
    """The newest model version of a question; a first one is made without labels, where its label
    type allows that.

    A version whose classes are no longer those of the question is passed over.
    """
    spec = encoder_of(project, question)
    stored = stored_head(project, question, encoder_space(spec))
    if stored is not None:
        return stored
    if spec is not None and spec.reads == "image":
        return None  # what a category's words look like in a picture is not known
    unlearned = LEARNERS[question.type].unlearned(question, partial(vectors_of, spec=spec))
    if unlearned is None:
        return None
    version = store_version(
        project=project,
        question=question,
        head=unlearned,
        kind=ModelKind.ZERO_SHOT,
        trained_on=0,
        encoder=encoder_space(spec),
    )
    return version, unlearned


def stored_head(
    project: Project, question: Question, space: str
) -> tuple[ModelVersion, Answering] | None:
    """The newest model version of a question over a vector space, or with an encoder tuned from it
    (see `own_spec`), unless there is none or its classes are no longer those of the question."""
    newest = version_in_force(project, question.id, space)
    if newest is None:
        return None
    head = LEARNERS[question.type].read(bytes(newest.parameters), question)
    return None if head is None else (newest, head)


@transaction.atomic
def store_version(
    *,
    project: Project,
    question: Question,
    head: Storable,
    kind: ModelKind,
    trained_on: int,
    encoder: str | None = None,
) -> ModelVersion:
    """The next version of a question's model, of the encoder in use unless another is named."""
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    latest = ModelVersion.objects.filter(project=project, question=question.id).aggregate(
        latest=Max("version")
    )["latest"]
    quality = head.quality
    return ModelVersion.objects.create(
        project=project,
        question=question.id,
        version=(latest or 0) + 1,
        kind=kind,
        encoder=encoder_space() if encoder is None else encoder,
        trained_on=trained_on,
        quality=None if quality is None else quality.to_json(),
        parameters=head.to_bytes(),
    )


class Speaker(NamedTuple):
    """A head at a question, and what is read for it by which model."""

    question: Question
    version: ModelVersion
    head: Answering
    reads: tuple[tuple[Inputs, ...], ModelSpec | None]


def speakers(
    project: Project, schema: LabelSchema, mapped: set[str], left_out: dict[str, NoModel]
) -> list[Speaker]:
    """The heads that may speak; those whose model is gone are noted in `left_out`.

    Where a model of the catalogue answers, none speaks that has learnt nothing yet.
    """
    found = []
    for question in learnable_questions(project, schema):
        try:
            spec = encoder_of(project, question)
            newest = (
                stored_head(project, question, encoder_space(spec))
                if question.id in mapped
                else newest_head(project, question)
            )
            own = None if newest is None else own_spec(newest[0])
        except NoModel as gone:
            left_out[question.id] = gone
            continue
        if newest is None or (newest[0].kind == ModelKind.ZERO_SHOT and question.id in mapped):
            continue
        found.append(Speaker(question, *newest, (inputs_of(schema, question), own or spec)))
    return found


def answerers_of(project: Project, space: str) -> list[Answerer]:
    """Who answers applications, and who reads a corpus: the current model of each question whose
    items are read as a whole. Raises NoModel when there is none at all."""
    schema = in_force(project).schema
    found = []
    for question in served_questions(schema):
        stored = stored_head(project, question, space)
        if stored is not None:
            version, head = stored
            found.append(
                Answerer(
                    question=question,
                    version=version.version,
                    head=head,
                    readings=inputs_of(schema, question),
                    spec=own_spec(version),
                )
            )
    if not found:
        raise NoModel
    return found
