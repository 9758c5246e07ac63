"""What the data of an item must look like, and the facts that labels are checked against."""

import re
from collections.abc import Sequence

from labeling.problems import InvalidItem, Problem, pointer, shown
from labeling.questions import Input, ItemFacts, Question
from labeling.reading import Reader, is_storable, read_object
from labeling.votes import JSON

MEDIA_PATTERN = re.compile(r"[0-9a-f]{64}")
MEDIA_RULE = "the SHA-256 of the picture: 64 hexadecimal digits in lower case"
MOST_PIXELS = 1_000_000
"""A side."""
_WIDE = 10**9


def facts_of(inputs: Sequence[Input], data: JSON) -> ItemFacts:
    """Return the facts. Raises InvalidItem when an input is missing or of the wrong type.

    Other keys are let pass: an item outlives the guideline that named them.
    """
    problems: list[Problem] = []
    reader = read_object(data, problems, "The data of the item")
    lengths: dict[str, int] = {}
    sizes: dict[str, tuple[int, int]] = {}
    for item in inputs:
        if item.id not in reader.raw:
            message = f'The input "{item.id}" ({item.type}) is missing. Add it to the data.'
            reader.report(None, "missing_input", message)
        elif item.type == "text":
            lengths[item.id] = _text_length(reader, item.id)
        else:
            sizes[item.id] = _image_size(reader, item.id)
    if problems:
        raise InvalidItem(problems)
    return ItemFacts(text_lengths=lengths, image_sizes=sizes)


def facts_of_any_item(inputs: Sequence[Input]) -> ItemFacts:
    """Return the facts of an item so large that every label fits into it."""
    return ItemFacts(
        text_lengths={item.id: _WIDE for item in inputs if item.type == "text"},
        image_sizes={item.id: (_WIDE, _WIDE) for item in inputs if item.type != "text"},
    )


def facts_of_any_label(question: Question) -> ItemFacts:
    """Return the facts of an item so large that every label of this question fits into it."""
    return ItemFacts(
        text_lengths=dict.fromkeys(question.on, _WIDE),
        image_sizes=dict.fromkeys(question.on, (_WIDE, _WIDE)),
    )


def _text_length(reader: Reader, name: str) -> int:
    value = reader.raw[name]
    if not isinstance(value, str):
        message = f'"{name}" is {shown(value)}. Send a text.'
        reader.report(name, "wrong_type", message)
        return 0
    if not is_storable(value):
        message = f'"{name}" holds a NUL character or half a surrogate pair. Remove it.'
        reader.report(name, "unstorable_text", message)
    return len(value)


def _image_size(reader: Reader, name: str) -> tuple[int, int]:
    value = reader.raw[name]
    if not isinstance(value, dict):
        message = f'"{name}" is {shown(value)}. Send an object with media, width and height.'
        reader.report(name, "wrong_type", message)
        return (0, 0)
    inner = Reader(value, reader.problems, reader.path + pointer(name))
    inner.identifier(MEDIA_PATTERN, MEDIA_RULE, key="media")
    width, height = (
        inner.integer(side, 0, lowest=1, highest=MOST_PIXELS) for side in ("width", "height")
    )
    return (width, height)
