"""Tell processes that have no database what they need to speak for a project."""

from django.conf import settings

from annotate.documents import in_force
from annotate.models import ModelVersion, Project
from annotate.refusals import Refusal
from annotate.services.heads import answerers_of
from annotate.services.read_items import encoder_space
from models_assist.catalogue import DEFAULT_TEXT_ENCODER
from models_assist.corpus.brief import Brief, Told


class EncoderNotSent(Refusal):
    """A corpus is read with the own text encoder by torch: leave out TEXT_ENCODER and
    TEXT_ENGINE, and let the heads be learnt anew over it."""

    code = "encoder_not_sent"
    status = 409


def brief_of(project: Project) -> Brief:
    """What is in force now: later versions change nothing of it.

    Raises NoGuideline, NoModel, ModelRests, StoreAway, and EncoderNotSent where another encoder
    stands in place of the own one.
    """
    if settings.TEXT_ENCODER is not None or settings.TEXT_ENGINE != "torch":
        raise EncoderNotSent
    space = encoder_space()
    stored = ModelVersion.objects.filter(project=project)
    told = []
    for each in answerers_of(project, space):
        version = stored.get(question=each.question.id, version=each.version)
        told.append(Told(each.question.id, each.version, bytes(version.parameters), each.spec))
    return Brief(
        schema=in_force(project).schema.to_json(),
        told=tuple(told),
        encoder=DEFAULT_TEXT_ENCODER,
        space=space,
        load_encoder=settings.ENCODER_LOADER,
        load_model=settings.MODEL_LOADER,
    )
