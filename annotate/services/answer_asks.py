"""Answer what applications ask, in the process that holds the models.

Portion by portion: when the time of an ask is over, what was said so far is there already.
"""

import base64
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
import orjson
from django.db import connection
from django.db.models.functions import Now

from annotate.documents import in_force
from annotate.encoder import runtime, served
from annotate.models import Ask, Project
from annotate.queries.models import served_questions
from annotate.refusals import NoModel, Refusal
from annotate.services.ask_model import ModelAway, ModelBusy
from annotate.services.heads import stored_head
from annotate.services.own_encoders import own_spec
from annotate.services.read_items import text_of
from labeling.questions import Question
from labeling.schema import LabelSchema
from models_assist.catalogue import ModelSpec
from models_assist.isolate import ModelFailed
from models_assist.learners import Answering
from models_assist.readings import Inputs, inputs_of
from models_assist.runtime import QueueFull, RuntimeClosed
from models_assist.vectors import Encoded
from models_assist.weights import ModelUnavailable

# About one batch of the encoder.
PORTION_ITEMS = 8
FORGET_AFTER = timedelta(minutes=1)

Data = dict[str, Any]
Read = dict[tuple[Inputs, ModelSpec | None], Encoded]

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


class Head(NamedTuple):
    """Who answers a question, and what it reads with which encoder; None: the server's own."""

    question: Question
    version: int
    head: Answering
    readings: tuple[Inputs, ...]
    spec: ModelSpec | None


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
    schema = in_force(project).schema
    space = _encode([""], ends, None).space
    heads = _heads(project, schema, space)
    for portion in _portions(ask.items):
        read = {
            (inputs, spec): _encode([text_of(inputs, data) for data in portion], ends, spec)
            for inputs, spec in {(one, each.spec) for each in heads for one in each.readings}
        }
        answers = _answers_of(heads, read, len(portion))
        with connection.cursor() as cursor:
            cursor.execute(_ADD, [orjson.dumps(answers).decode(), ask.pk])


def _portions(items: Sequence[Data]) -> Iterator[Sequence[Data]]:
    for at in range(0, len(items), PORTION_ITEMS):
        yield items[at : at + PORTION_ITEMS]


def _encode(texts: Sequence[str], ends: float, spec: ModelSpec | None) -> Encoded:
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


def _heads(project: Project, schema: LabelSchema, space: str) -> list[Head]:
    """The current model of each question. Raises NoModel when there is none at all."""
    found = []
    for question in served_questions(schema):
        stored = stored_head(project, question, space)
        if stored is not None:
            version, head = stored
            readings = inputs_of(schema, question)
            found.append(Head(question, version.version, head, readings, own_spec(version)))
    if not found:
        raise NoModel
    return found


def _answers_of(heads: Sequence[Head], read: Read, count: int) -> list[dict[str, Any]]:
    """One answer an item; an item that one of its models can't read is refused."""
    failed = {at: why for encoded in read.values() for at, why in encoded.failed.items()}
    good = [at for at in range(count) if at not in failed]
    said: list[dict[str, Any]] = [{} for _ in range(count)]
    for each in heads:
        parts = [read[inputs, each.spec].vectors for inputs in each.readings]
        vectors = np.concatenate(parts, axis=1)
        predictions = each.head.predict(vectors[good]) if good else []
        for at, prediction in zip(good, predictions, strict=True):
            said[at][each.question.id] = {
                "label": prediction.label,
                "confidence": round(min(max(prediction.score, 0.0), 1.0), 6),
                "model_version": each.version,
            }
    first = read[heads[0].readings[0], heads[0].spec]
    raw = first.vectors.astype("<f2")
    return [
        {"refusal": {"code": "item_unreadable", "message": failed[at]}}
        if at in failed
        else {
            "said": said[at],
            "encoder": first.space,
            "vector": base64.b64encode(raw[at].tobytes()).decode(),
        }
        for at in range(count)
    ]
