"""The words of items' texts as the encoder reads them: whole texts, in pieces.

Nothing of it is kept: the states of a word take kilobytes, so a text is read again when a head
learns from it or speaks of it (docs/decisions/0023-spans-are-read-again.md).
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from annotate.models import Job, Rejection
from annotate.services.read_items import Items, encode_patiently
from labeling.questions import Question
from models_assist.catalogue import ModelSpec
from models_assist.token_features import ReadText
from models_assist.words import pieces_of, words_of

MOST_CHARACTERS = 100_000
"""Spans behind that are left to people: a longer text costs minutes, and would shut out others."""
PIECE_CHARACTERS = 3000
"""People who wait get in between two pieces, and a batch stays far from what counts as hanging."""
PART_CHARACTERS = 60_000
"""About 40 MB of states."""


def text_read(question: Question, data: dict[str, Any]) -> str:
    """The text that the spans of an item lie in, as far as it is read."""
    text: str = data.get(question.on[0], "")
    return text[:MOST_CHARACTERS]


def parts_of(question: Question, items: Items) -> Iterator[Items]:
    """Cut items, in order, into parts of at most PART_CHARACTERS; a longer text is alone."""
    part: list[tuple[int, dict[str, Any]]] = []
    size = 0
    for item, data in items:
        length = len(text_read(question, data))
        if part and size + length > PART_CHARACTERS:
            yield part
            part, size = [], 0
        part.append((item, data))
        size += length
    if part:
        yield part


def read_texts(
    job: Job, question: Question, items: Items, spec: ModelSpec | None = None
) -> list[ReadText | None]:
    """One an item, as the encoder or another model reads it; None, and a rejection, where the
    text can't be read.

    Raises as `read_items.encode_patiently`.
    """
    texts = [text_read(question, data) for _, data in items]
    words = [words_of(text) for text in texts]
    cut = [pieces_of(text, own, PIECE_CHARACTERS) for text, own in zip(texts, words, strict=True)]
    encoded = encode_patiently([piece for pieces in cut for piece in pieces], spec)
    edges = np.cumsum([0, *map(len, cut)]).tolist()
    read: list[ReadText | None] = []
    for (item, _), text, own, (start, stop) in zip(
        items, texts, words, pairwise(edges), strict=True
    ):
        failed = [encoded.failed[at] for at in range(start, stop) if at in encoded.failed]
        if failed:
            Rejection.objects.create(job=job, row=item, code="item_unreadable", message=failed[0])
            read.append(None)
        elif own:
            read.append(ReadText(text, own, np.concatenate(encoded.states[start:stop])))
        else:
            read.append(ReadText(text, own, np.zeros((0, 1, 1), dtype=np.float16)))
    return read


def read_until(
    job: Job, question: Question, items: Items, most_words: int
) -> tuple[list[ReadText], list[int]]:
    """Read the first items, and no more once there are so many words; the texts that could be
    read, and the place of each."""
    texts: list[ReadText] = []
    places: list[int] = []
    words = at = 0
    for part in parts_of(question, items):
        for place, text in enumerate(read_texts(job, question, part), start=at):
            if text is not None:
                texts.append(text)
                places.append(place)
                words += len(text.words)
        at += len(part)
        if words >= most_words:
            break
    return texts, places
