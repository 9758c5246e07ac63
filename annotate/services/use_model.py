"""A lead picks a model of the catalogue for a question, and says what its labels mean there."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models.functions import Now

from annotate.documents import schema_version
from annotate.models import (
    CatalogueModel,
    Job,
    JobKind,
    JobState,
    ModelUse,
    Project,
    UsePurpose,
    User,
)
from annotate.queries.catalogue import offer_of, spec_of
from annotate.refusals import NoGuideline, NotFound, Refusal
from annotate.services.jobs import start_job
from labeling.questions import NAME_PATTERN, Question
from models_assist.mapping import missing, names_of, unknown


class ModelDoesNotFit(Refusal):
    """This model can't answer this question: it reads or says something else."""

    code = "model_does_not_fit"
    status = 409


class ModelRefused(Refusal):
    """The model can't be used on this server; the catalogue says why."""

    code = "model_refused"
    status = 409


class LabelsDoNotFit(Refusal):
    """The labels of the model don't fit the categories of the question; see what is missing."""

    code = "labels_do_not_fit"
    status = 409


class Choice(NamedTuple):
    """What a lead has chosen."""

    model: str
    mapping: Mapping[str, str]
    """From labels of the model to categories; a label that is not named means nothing here."""
    threshold: float
    allows_missing: bool
    """Whether some categories may be left to people: the model can't name them."""


@transaction.atomic
def use_model(*, project: Project, question_id: str, choice: Choice, user: User) -> Job:
    """Keep the choice in place of an earlier one, and let the model speak on what waits.

    What an earlier choice predicted stays, under its own version.

    Raises:
        NoGuideline, NotFound: there is no such question, or no such model.
        ModelRefused, ModelDoesNotFit, LabelsDoNotFit: it can't be used here; see each.
    """
    if project.guideline_id is None:
        raise NoGuideline
    schema = schema_version(project.guideline_id)
    question = next((one for one in schema.questions if one.id == question_id), None)
    row = CatalogueModel.objects.filter(name=choice.model).first()
    if question is None or row is None:
        raise NotFound
    if row.refusal is not None:
        raise ModelRefused(**row.refusal)
    offer = offer_of(schema, question, spec_of(row))
    if offer["why_not_code"] is not None:
        raise ModelDoesNotFit(why=offer["why_not_code"])
    mapping = _checked(row, question, choice)
    ModelUse.objects.update_or_create(
        project=project,
        question=question_id,
        purpose=offer["purpose"],
        defaults={
            "model": row.name,
            "sha256": row.sha256,
            "mapping": mapping,
            "threshold": choice.threshold,
            "version": None,
            "created_by": user,
            "created_at": Now(),
        },
    )
    return _speak_soon(project, user)


def _checked(row: CatalogueModel, question: Question, choice: Choice) -> dict[str, Any]:
    """Raises LabelsDoNotFit."""
    spec = spec_of(row)
    names = names_of(spec.labels, spec.says)
    mapping = dict(choice.mapping)
    if not names and not mapping:
        return {}
    strange = unknown(mapping, names, question)
    if strange:
        message = f"Neither labels of the model nor categories: {', '.join(strange[:10])}."
        raise LabelsDoNotFit(message, unknown=strange[:100])
    lacking = missing(mapping, question)
    if lacking and not (choice.allows_missing and mapping):
        message = f"No label of the model means: {', '.join(lacking[:10])}."
        raise LabelsDoNotFit(message, missing=lacking[:100])
    return mapping


@transaction.atomic
def stop_using(*, project: Project, question_id: str, purpose: str) -> None:
    """The model speaks no more; what it said stays.

    Raises:
        NotFound: no model is in use there for that.
    """
    if purpose not in UsePurpose.values or not NAME_PATTERN.fullmatch(question_id):
        raise NotFound
    uses = ModelUse.objects.filter(project=project, question=question_id, purpose=purpose)
    if not uses.delete()[0]:
        raise NotFound


def _speak_soon(project: Project, user: User) -> Job:
    """One job that waits does for several choices."""
    waiting = Job.objects.filter(
        project=project, kind=JobKind.PRELABEL, state=JobState.QUEUED
    ).first()
    return waiting or start_job(project=project, kind=JobKind.PRELABEL, user=user, parameters={})
