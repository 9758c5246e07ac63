"""Ask a project's model on behalf of an application, and wait no longer than told.

The model lives in another process, so the question goes through a table and wakes who answers;
`services.answer_asks` is the other side. Runs without torch.
"""

import time
from collections.abc import Sequence
from datetime import timedelta
from threading import BoundedSemaphore
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from annotate.documents import in_force
from annotate.models import Ask, ModelVersion, Project
from annotate.queries.asks import ask_state
from annotate.queries.model_rest import ModelRests, rest_of
from annotate.queries.models import served_questions
from annotate.refusals import NoModel, Refusal
from labeling.votes import JSON

CHANNEL: Final = "annotate_asks"

MOST_WAITING = 32
"""Asks, of all projects."""
MOST_OF_A_PROJECT = 8
"""So that one application cannot keep the others out."""

# Who waits keeps a thread. Half of them stay for the people who work here.
_seats = BoundedSemaphore(max(settings.HTTP_THREADS // 2, 1))

_FIRST_GLANCE_SECONDS = 0.005
_LONGEST_GLANCE_SECONDS = 0.1


class ModelBusy(Refusal):
    """The model has as many questions as it may keep waiting. Ask again in a moment."""

    code = "model_busy"
    status = 429


class ModelAway(Refusal):
    """Nobody answers for the model just now: its process is down or starting. Ask again soon."""

    code = "model_away"
    status = 503


# What the answering process may say of a whole ask.
_REFUSALS: Final[dict[str, type[Refusal]]] = {
    refusal.code: refusal for refusal in (ModelBusy, ModelAway, NoModel)
}


def ask_model(
    *, project: Project, items: Sequence[dict[str, JSON]], seconds: float
) -> list[dict[str, Any]]:
    """What the model says of each item, in order; what it did not manage in time is missing at
    the end. `items` are data as the schema wants them.

    Raises:
        NoGuideline, NoModel, ModelRests: there is nobody to ask.
        ModelBusy: too many ask already.
        ModelAway: no process answers, or the one that did has died.
    """
    ends = time.monotonic() + seconds
    _refuse_without_model(project)
    if not items:
        return []
    if not _seats.acquire(blocking=False):
        raise ModelBusy(retry_after=1)
    try:
        ask = _put(project, items, seconds)
        try:
            return _await(ask, ends)
        finally:
            Ask.objects.filter(pk=ask).delete()
    finally:
        _seats.release()


def _refuse_without_model(project: Project) -> None:
    questions = [question.id for question in served_questions(in_force(project).schema)]
    if not ModelVersion.objects.filter(project=project, question__in=questions).exists():
        raise NoModel
    rest = rest_of(project)
    if rest is not None and rest["until"] > timezone.now():
        left = (rest["until"] - timezone.now()).total_seconds()
        raise ModelRests(reason=rest["reason"], retry_after=int(left) + 1)


@transaction.atomic
def _put(project: Project, items: Sequence[dict[str, JSON]], seconds: float) -> UUID:
    """Raises ModelBusy. One at a time, so that the queue never holds more than it may."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('asks', 0))")
        waiting = Ask.objects.filter(is_done=False, ends_at__gt=Now())
        own = waiting.filter(project=project).count()
        if own >= MOST_OF_A_PROJECT or waiting.count() >= MOST_WAITING:
            raise ModelBusy(retry_after=2)
        ask = Ask.objects.create(
            project=project, items=list(items), ends_at=Now() + timedelta(seconds=seconds)
        )
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
    return ask.pk


def _await(ask: UUID, ends: float) -> list[dict[str, Any]]:
    glance = _FIRST_GLANCE_SECONDS
    while True:
        state = ask_state(ask)
        if state is None or not (state.is_done or state.is_served):
            raise ModelAway(retry_after=2)
        left = ends - time.monotonic()
        if state.is_done or left <= 0:
            return _answers(ask)
        time.sleep(min(glance, left))
        glance = min(glance * 1.5, _LONGEST_GLANCE_SECONDS)


def _answers(ask: UUID) -> list[dict[str, Any]]:
    found = Ask.objects.filter(pk=ask).values_list("answers", "error").first()
    if found is None:
        raise ModelAway(retry_after=2)
    answers: list[dict[str, Any]] = found[0]
    error = found[1]
    if error is not None:
        raise _REFUSALS[error["code"]](error["message"], **error["extra"])
    return answers
