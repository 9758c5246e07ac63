"""The vectors of items, of their texts or pictures: read once, kept, marked where that fails.

A model that fails is tried three times in a row; then the project goes on without it for a while
(`queries.model_rest`), and people go on in any case.
"""

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotate.encoder import runtime, served
from annotate.models import Embedding, Job, Rejection
from annotate.queries.model_rest import ModelRests
from annotate.refusals import NoModel
from annotate.services.read_pictures import PICTURES_AT_ONCE, decoded
from models_assist.catalogue import ModelSpec
from models_assist.inputs import Input, Picture
from models_assist.isolate import ModelFailed, ModelHung
from models_assist.predicting import text_of
from models_assist.readings import Inputs
from models_assist.runtime import QueueFull
from models_assist.vectors import Encoded
from models_assist.weights import ModelUnavailable

MOST_FAILURES = 3
FAILURE_PAUSE_SECONDS = 2
# A worker that dies so often in a job without getting further is killed by what it reads.
MOST_DEATHS = 3

Items = Sequence[tuple[int, dict[str, Any]]]
Vectors = NDArray[np.float32]


def inputs_key(inputs: Inputs) -> str:
    """Names what was read, so that vectors of other inputs are never mixed in."""
    return "+".join(inputs)[:200]


def encode_patiently(texts: Sequence[Input], spec: ModelSpec | None = None) -> Encoded:
    """What the encoder, or another model, says of texts; bulk work waits its turn.

    Raises:
        NoModel: it can't be loaded here; the message says why.
        ModelRests: it hangs, or failed several times in a row.
    """
    failures = 0
    while True:
        try:
            reader = runtime()  # before `served`: a new runtime forgets what was loaded
            return reader.encode(texts, model=None if spec is None else served(spec))
        except QueueFull as full:
            time.sleep(full.retry_after)
        except ModelUnavailable as error:
            raise NoModel(str(error)) from error
        except ModelFailed as error:
            failures += 1
            if failures == MOST_FAILURES or isinstance(error, ModelHung):
                raise ModelRests(reason=str(error)) from error
            time.sleep(FAILURE_PAUSE_SECONDS)


def vectors_of(texts: Sequence[str], spec: ModelSpec | None = None) -> Vectors:
    """The vectors of texts that are no items, such as those of categories."""
    return encode_patiently(texts, spec).vectors


def category_vectors(spec: ModelSpec | None, readings: int) -> Callable[[Sequence[str]], Vectors]:
    """How heads over a model's vectors learn what the texts of categories look like there: as
    nothing, where it reads pictures."""
    if spec is None or spec.reads == "text":
        return partial(vectors_of, spec=spec)
    width = spec.dimensions * readings
    return lambda texts: np.zeros((len(texts), width), dtype=np.float32)


def encoder_space(spec: ModelSpec | None = None) -> str:
    """The name of the vector space of the encoder, or of another model; asking loads the encoder.
    Raises as `encode_patiently`."""
    return encode_patiently([""]).space if spec is None else spec.space


def see(values: Sequence[Any], spec: ModelSpec) -> Encoded:
    """What a model says of the pictures that are the values of an image input.

    One that cannot be decoded is among the failed. Raises as `encode_patiently`.
    """
    parts = [
        _see(values[at : at + PICTURES_AT_ONCE], spec)
        for at in range(0, max(len(values), 1), PICTURES_AT_ONCE)
    ]
    failed: dict[int, str] = {}
    for at, part in enumerate(parts):
        failed |= {at * PICTURES_AT_ONCE + row: reason for row, reason in part.failed.items()}
    return Encoded(
        vectors=np.concatenate([part.vectors for part in parts]),
        failed=failed,
        space=spec.space,
        states=tuple(state for part in parts for state in part.states),
    )


def _see(values: Sequence[Any], spec: ModelSpec) -> Encoded:
    pictures = decoded(values)
    good = [at for at, picture in enumerate(pictures) if isinstance(picture, Picture)]
    said = encode_patiently([each for each in pictures if isinstance(each, Picture)], spec)
    failed = {at: why for at, why in enumerate(pictures) if isinstance(why, str)}
    vectors = np.full((len(values), said.vectors.shape[1]), np.nan, dtype=np.float32)
    vectors[good] = said.vectors
    nothing = np.full((1, 1), np.nan, dtype=np.float32)
    states = dict(zip(good, said.states, strict=False))
    return Encoded(
        vectors=vectors,
        failed=failed | {good[row]: reason for row, reason in said.failed.items()},
        space=said.space,
        states=tuple(states.get(at, nothing) for at in range(len(values))) if states else (),
    )


def begin_reading(job: Job) -> None:
    """Count how often this job began without having got further since.

    Raises:
        ModelRests: the worker died in it again and again.
    """
    seen = job.parameters.get("begun", {"times": 0, "done": 0})
    times = 1 if job.done > seen["done"] else seen["times"] + 1
    if times > MOST_DEATHS:
        raise ModelRests(reason=f"The worker died {MOST_DEATHS} times in this job.")
    job.parameters["begun"] = {"times": times, "done": max(job.done, seen["done"])}
    job.save(update_fields=["parameters"])


def read_items(
    job: Job, readings: Sequence[Inputs], items: Items, spec: ModelSpec | None = None
) -> Vectors:
    """One row an item: a unit vector for each of the readings, side by side, (items, readings x
    dimensions); NaN where a text or picture can't be read. Raises as `encode_patiently`."""
    return np.concatenate([_read(job, inputs, items, spec) for inputs in readings], axis=1)


def _read(job: Job, inputs: Inputs, items: Items, spec: ModelSpec | None) -> Vectors:
    """One unit vector an item, (items, dimensions); all NaN where it can't be read.

    Each is encoded once for an encoder. What it gave is kept as float16, and an empty vector
    marks one that it cannot read.
    """
    key = inputs_key(inputs)
    rows = Embedding.objects.filter(
        item__in=[item for item, _ in items], input=key, encoder=encoder_space(spec)
    ).values_list("item", "vector")
    stored = {item: np.frombuffer(raw, dtype="<f2").astype(np.float32) for item, raw in rows}
    missing = [(item, data) for item, data in items if item not in stored]
    encoded = _encode(inputs, [data for _, data in missing], spec)
    if missing:
        _keep(job, [item for item, _ in missing], key, encoded)
    stored |= {item: encoded.vectors[at] for at, (item, _) in enumerate(missing)}
    unreadable = np.full(encoded.vectors.shape[1], np.nan, dtype=np.float32)
    return np.stack([stored[item] if len(stored[item]) else unreadable for item, _ in items])


def _encode(inputs: Inputs, data: Sequence[dict[str, Any]], spec: ModelSpec | None) -> Encoded:
    if spec is not None and spec.reads == "image":
        return see([each.get(inputs[0]) for each in data], spec)
    return encode_patiently([text_of(inputs, each) for each in data], spec)


def _keep(job: Job, items: list[int], key: str, encoded: Encoded) -> None:
    raw = encoded.vectors.astype("<f2")
    Embedding.objects.bulk_create(
        [
            Embedding(
                item_id=item,
                input=key,
                encoder=encoded.space,
                vector=b"" if at in encoded.failed else raw[at].tobytes(),
            )
            for at, item in enumerate(items)
        ],
        ignore_conflicts=True,
    )
    Rejection.objects.bulk_create(
        Rejection(job=job, row=items[at], code="item_unreadable", message=reason)
        for at, reason in encoded.failed.items()
    )
