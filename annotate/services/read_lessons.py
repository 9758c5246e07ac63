"""What a learner reads of settled items: a row of vectors each, or the words of their texts."""

from typing import Any

import numpy as np

from annotate.models import Job
from annotate.services.read_items import Items, read_items
from annotate.services.read_texts import read_until
from labeling.questions import Question
from labeling.schema import LabelSchema
from models_assist.catalogue import ModelSpec
from models_assist.readings import READ_BY_WORD, inputs_of
from models_assist.span_head import MOST_WORDS

BATCH_ITEMS = 128


def material_of(
    job: Job,
    schema: LabelSchema,
    question: Question,
    items: Items,
    spec: ModelSpec | None = None,
) -> tuple[Any, list[int]]:
    """What `Learner.fit` takes, and the places of the items that it is of: those readable. `spec`
    reads them where it is not the encoder.

    Raises as `read_items.encode_patiently`.
    """
    if question.type in READ_BY_WORD:
        return read_until(job, question, items, MOST_WORDS)
    readings = inputs_of(schema, question)
    vectors = np.concatenate(
        [
            read_items(job, readings, items[at : at + BATCH_ITEMS], spec)
            for at in range(0, len(items), BATCH_ITEMS)
        ]
    )
    # NaN marks a text that can't be read; nothing can be learnt from it.
    readable = np.flatnonzero(np.isfinite(vectors).all(axis=1))
    return vectors[readable], readable.tolist()
