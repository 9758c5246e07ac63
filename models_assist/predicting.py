"""What a project's models say of items: one function, for the server that is asked by
applications and for machines that read a corpus. They differ in who reads the texts for it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from labeling.questions import Question
from models_assist.catalogue import ModelSpec
from models_assist.heads import Prediction
from models_assist.learners import Answering
from models_assist.readings import Inputs
from models_assist.vectors import Encoded

# The encoder reads the first 256 tokens; more text than this can't be among them.
MOST_CHARACTERS = 8000

Reading: TypeAlias = tuple[Inputs, ModelSpec | None]
"""Inputs as one text, and the encoder that reads it; None: the server's own."""
Read: TypeAlias = Callable[[Sequence[str], ModelSpec | None], Encoded]


@dataclass(frozen=True, kw_only=True, eq=False)
class Answerer:
    """Who answers a question, and what it reads with which encoder; None: the server's own."""

    question: Question
    version: int
    head: Answering
    readings: tuple[Inputs, ...]
    spec: ModelSpec | None


class Spoken(NamedTuple):
    """What was said of some items."""

    said: list[dict[str, Prediction]]
    """One an item, by question; empty for an item that one of the encoders can't read."""
    failed: dict[int, str]
    """Why an item can't be read, by its index."""
    read: Mapping[Reading, Encoded]
    """The vectors, a row an item."""


def text_of(inputs: Inputs, data: Mapping[str, Any]) -> str:
    """What the encoder reads of an item as one text."""
    parts = [data.get(name, "") for name in inputs]
    return "\n".join(part[:MOST_CHARACTERS] for part in parts)[:MOST_CHARACTERS]


def confidence_of(prediction: Prediction) -> float:
    """The score as it is shown and kept."""
    return round(min(max(prediction.score, 0.0), 1.0), 6)


def predict(
    answerers: Sequence[Answerer], items: Sequence[Mapping[str, Any]], read: Read
) -> Spoken:
    """Ask every answerer about every item; `items` are data as the schema wants them.

    Each text is read once an encoder. Raises what `read` raises.
    """
    wanted = dict.fromkeys((one, each.spec) for each in answerers for one in each.readings)
    encoded = {
        (inputs, spec): read([text_of(inputs, data) for data in items], spec)
        for inputs, spec in wanted
    }
    failed = {at: why for each in encoded.values() for at, why in each.failed.items()}
    good = [at for at in range(len(items)) if at not in failed]
    said: list[dict[str, Prediction]] = [{} for _ in items]
    for each in answerers:
        parts = [encoded[inputs, each.spec].vectors for inputs in each.readings]
        vectors = np.concatenate(parts, axis=1)
        predictions = each.head.predict(vectors[good]) if good else []
        for at, prediction in zip(good, predictions, strict=True):
            said[at][each.question.id] = prediction
    return Spoken(said, failed, encoded)
