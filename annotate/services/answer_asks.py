"""Answer what applications ask, in the process that holds the models.

Portion by portion: when the time of an ask is over, what was said so far is there already.
"""

import base64
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.db import connection
from django.db.models.functions import Now

from annotate.encoder import runtime, served
from annotate.models import Ask, Project
from annotate.refusals import NoModel, Refusal
from annotate.services.ask_model import ModelAway, ModelBusy
from annotate.services.heads import answerers_of
from models_assist.catalogue import ModelSpec
from models_assist.isolate import ModelFailed
from models_assist.predicting import Answerer, Read, confidence_of, predict
from models_assist.runtime import QueueFull, RuntimeClosed
from models_assist.vectors import Encoded
from models_assist.weights import ModelUnavailable

# About one batch of the encoder.
PORTION_ITEMS = 8
FORGET_AFTER = timedelta(minutes=1)

Data = dict[str, Any]

_TAKE = """
UPDATE annotate_ask SET taken_by = %s
 WHERE id = (SELECT id FROM annotate_ask
              WHERE taken_by IS NULL AND NOT is_done AND ends_at > clock_timestamp()
              ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, project_id, items::text, extract(epoch FROM ends_at - clock_timestamp())
"""
_ADD = "UPDATE annotate_ask SET answers = answers || %s::jsonb WHERE id = %s"


class Taken(NamedTuple):
    """An ask that this process works on."""

    pk: UUID
    project: int
    items: list[Data]
    seconds: float
    """So long somebody waits for it."""


def take_ask(session: int) -> Taken | None:
    """The ask that has waited longest, for the holder of the lock of that database session."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [session])
        row = cursor.fetchone()
    if row is None:
        return None
    return Taken(row[0], row[1], orjson.loads(row[2]), float(row[3]))


def answer_ask(ask: Taken) -> None:
    """Write what the model says of each item, as far as there is time."""
    ends = time.monotonic() + ask.seconds
    try:
        _answer(ask, ends)
    except TimeoutError:
        finish_ask(ask.pk)
    except Refusal as refusal:
        finish_ask(ask.pk, refusal)
    else:
        finish_ask(ask.pk)


def finish_ask(ask: UUID, refusal: Refusal | None = None) -> None:
    """Say that nothing more will come."""
    error = None
    if refusal is not None:
        error = {"code": refusal.code, "message": refusal.message, "extra": refusal.extra}
    Ask.objects.filter(pk=ask).update(is_done=True, error=error)


def forget_old_asks() -> None:
    """Whoever asked them has died without taking them back."""
    Ask.objects.filter(ends_at__lt=Now() - FORGET_AFTER).delete()


def _answer(ask: Taken, ends: float) -> None:
    project = Project.objects.get(pk=ask.project)
    answerers = answerers_of(project, _encode([""], None, ends).space)
    for portion in _portions(ask.items):
        answers = _answers_of(answerers, portion, partial(_encode, ends=ends))
        with connection.cursor() as cursor:
            cursor.execute(_ADD, [orjson.dumps(answers).decode(), ask.pk])


def _portions(items: Sequence[Data]) -> Iterator[Sequence[Data]]:
    for at in range(0, len(items), PORTION_ITEMS):
        yield items[at : at + PORTION_ITEMS]


def _encode(texts: Sequence[str], spec: ModelSpec | None, ends: float) -> Encoded:
    """Before all bulk work. Raises TimeoutError, and refusals for what the encoder raises."""
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError
    try:
        reader = runtime()  # before `served`: a new runtime forgets what was loaded
        model = None if spec is None else served(spec)
        return reader.encode(texts, interactive=True, timeout=left, model=model)
    except QueueFull as full:
        raise ModelBusy(retry_after=full.retry_after) from full
    except ModelUnavailable as error:
        raise NoModel(str(error)) from error
    except (ModelFailed, RuntimeClosed) as error:
        raise ModelAway(str(error), retry_after=30) from error


def _answers_of(
    answerers: Sequence[Answerer], items: Sequence[Data], read: Read
) -> list[dict[str, Any]]:
    """One answer an item; an item that one of its models can't read is refused."""
    spoken = predict(answerers, items, read)
    first = spoken.read[answerers[0].readings[0], answerers[0].spec]
    versions = {each.question.id: each.version for each in answerers}
    raw = first.vectors.astype("<f2")
    return [
        {"refusal": {"code": "item_unreadable", "message": spoken.failed[at]}}
        if at in spoken.failed
        else {
            "said": {
                question: {
                    "label": prediction.label,
                    "confidence": confidence_of(prediction),
                    "model_version": versions[question],
                }
                for question, prediction in said.items()
            },
            "encoder": first.space,
            "vector": base64.b64encode(raw[at].tobytes()).decode(),
        }
        for at, said in enumerate(spoken.said)
    ]
