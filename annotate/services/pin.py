"""A lead goes back to a version, and it stays in force until the lead lets it go."""

from django.db import transaction
from django.db.models import QuerySet

from annotate.announce import announce
from annotate.documents import schema_version
from annotate.models import Event, EventKind, Job, JobKind, JobState, ModelVersion, Project, User
from annotate.queries.versions import HEADS, SWEPT, fits, is_audited, newest_of
from annotate.refusals import NotFound, Refusal
from annotate.services.jobs import start_job
from labeling.questions import Question


class VersionDoesNotFit(Refusal):
    """This version can't speak any more: its question has other categories by now."""

    code = "version_does_not_fit"
    status = 409


class EncoderIsSwept(Refusal):
    """The encoder of this version was deleted when later ones took its place. Choose another."""

    code = "encoder_is_swept"
    status = 409


class BatchIsAudited(Refusal):
    """A batch is being audited under the version in force. End that first."""

    code = "batch_is_audited"
    status = 409


@transaction.atomic
def pin_version(*, project: Project, question_id: str, version: int, user: User) -> ModelVersion:
    """Put a version in force and keep it there; answers the one that is.

    The newest is only pinned. An earlier one is made anew with what it has learnt, so that what it
    says from now on is told from what it said then, and speaks on what is not settled.

    Raises:
        NotFound: there is no such version of such a question that answers by a head.
        VersionDoesNotFit: the guideline has changed since.
        EncoderIsSwept: it has no encoder any more.
        BatchIsAudited: another version would end an audit.
    """
    question = _question(project, question_id)
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    chosen = _versions(project, question_id).filter(version=version, kind__in=HEADS).first()
    newest = newest_of(project, question_id)
    if chosen is None or newest is None:
        raise NotFound
    if not fits(chosen, question):
        raise VersionDoesNotFit
    if SWEPT in (chosen.own_encoder or {}):
        raise EncoderIsSwept
    if newest.pk != chosen.pk:
        if is_audited(project):
            raise BatchIsAudited
        chosen = _made_anew(chosen, newest)
        _speak_soon(project, user)
    _versions(project, question_id).filter(pinned_by__isnull=False).update(pinned_by=None)
    chosen.pinned_by = user
    chosen.save(update_fields=["pinned_by"])
    _note(project, EventKind.MODEL_PINNED, chosen, user)
    return chosen


@transaction.atomic
def unpin(*, project: Project, question_id: str, user: User) -> None:
    """Let what is learnt from now on take over again.

    Raises:
        NotFound: no version of the question is pinned.
    """
    _question(project, question_id)
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    newest = newest_of(project, question_id)
    if newest is None or newest.pinned_by_id is None:
        raise NotFound
    newest.pinned_by = None
    newest.save(update_fields=["pinned_by"])
    _note(project, EventKind.MODEL_UNPINNED, newest, user)


def _question(project: Project, question_id: str) -> Question:
    """Raises NotFound. Asked first: a name from an address may hold what no database takes."""
    if project.guideline_id is not None:
        for question in schema_version(project.guideline_id).questions:
            if question.id == question_id:
                return question
    raise NotFound


def _made_anew(chosen: ModelVersion, newest: ModelVersion) -> ModelVersion:
    versions = _versions(chosen.project, chosen.question).order_by("-version")
    latest = versions.values_list("version", flat=True)[0]
    return ModelVersion.objects.create(
        project_id=chosen.project_id,
        question=chosen.question,
        version=max(latest, newest.version) + 1,
        kind=chosen.kind,
        encoder=chosen.encoder,
        trained_on=chosen.trained_on,
        quality=chosen.quality,
        parameters=chosen.parameters,
        tuned_from=chosen.tuned_from,
        own_encoder=chosen.own_encoder,
        copy_of=chosen.copy_of or chosen,
    )


def _versions(project: Project, question_id: str) -> QuerySet[ModelVersion]:
    return ModelVersion.objects.filter(project=project, question=question_id)


def _speak_soon(project: Project, user: User) -> None:
    waiting = Job.objects.filter(project=project, kind=JobKind.PRELABEL, state=JobState.QUEUED)
    if not waiting.exists():
        start_job(project=project, kind=JobKind.PRELABEL, user=user, parameters={})


def _note(project: Project, kind: EventKind, version: ModelVersion, user: User) -> None:
    original = version.copy_of or version
    Event.objects.create(
        project=project,
        kind=kind,
        user=user,
        payload={
            "question": version.question,
            "version": version.version,
            "copy_of": original.version,
        },
    )
    announce(project.pk, "board")
