"""What a model reads of an item to answer a question. Light: the web process asks here too."""

from labeling.questions import Question
from labeling.schema import LabelSchema

LEARNT = ("choice", "choices", "rating", "pairwise", "spans")
"""The label types that can be learnt; the learner of each is in `learners.LEARNERS`."""

READ_BY_WORD = ("spans",)
"""Those of which the words are read, with what stands around each."""

TUNABLE = ("choice", "choices", "rating")
"""Those whose heads may be trained on together with their encoder; see `tunable`."""

Inputs = tuple[str, ...]
"""Ids of the inputs that are read as one text."""


def texts_of(schema: LabelSchema) -> Inputs:
    """Return the ids of the inputs that are texts, in the order of the schema."""
    return tuple(source.id for source in schema.inputs if source.type == "text")


def pictures_of(schema: LabelSchema) -> Inputs:
    """Return the ids of the inputs that are pictures, in the order of the schema."""
    return tuple(source.id for source in schema.inputs if source.type == "image")


def inputs_of(schema: LabelSchema, question: Question) -> tuple[Inputs, ...]:
    """Return what is read for a question: the vectors of these inputs, side by side, are a row.

    All texts as one; of a comparison each side by itself; of spans the text that they lie in.
    Where there is no text, each picture by itself.
    """
    if question.type in {"pairwise", "spans"}:
        return tuple((name,) for name in question.on)
    texts = texts_of(schema)
    return (texts,) if texts else tuple((name,) for name in pictures_of(schema))


def is_readable(schema: LabelSchema, question: Question) -> bool:
    """Whether all that is read for a question is text, and there is any."""
    texts = set(texts_of(schema))
    return all(names and set(names) <= texts for names in inputs_of(schema, question))


def span_key(start: int, end: int, category: str) -> str:
    """The name of a span among the scores of a prediction."""
    return f"{start}-{end} {category}"
