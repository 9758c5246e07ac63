"""What a learner reads of settled items: a row of vectors each, or the words of their texts."""

from typing import Any

import numpy as np
from django.db import connection

from annotate.models import Job
from annotate.services.read_items import Items, read_items
from annotate.services.read_texts import read_until
from labeling.questions import Question
from labeling.schema import LabelSchema
from models_assist.catalogue import ModelSpec
from models_assist.readings import READ_BY_WORD, inputs_of
from models_assist.span_head import MOST_WORDS

BATCH_ITEMS = 128
ADOPTED = 0.5
"""What a label counts that a model had said and all who judged had been shown: they agreed, but
nobody knows what they would have said (decision 36)."""

_ADOPTED = """
SELECT i.id FROM annotate_item i JOIN annotate_finallabel f ON f.id = i.final_label_id
 WHERE i.id = ANY (%(items)s) AND f.source = 'consensus'
   AND EXISTS (SELECT FROM annotate_judgment j WHERE j.item_id = i.id)
   AND NOT EXISTS (
       SELECT FROM annotate_judgment j
        WHERE j.item_id = i.id AND NOT j.saw_prediction
          AND NOT EXISTS (SELECT FROM annotate_judgment r WHERE r.replaces_id = j.id))
   AND EXISTS (
       SELECT FROM annotate_prediction p
        WHERE p.item_id = i.id AND p.question = %(question)s AND p.created_at < f.created_at
          AND p.label = f.answer -> %(question)s)
"""


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
        texts, places = read_until(job, question, items, MOST_WORDS)
        adopted = _adopted(question, [items[place][0] for place in places])
        trusts = [ADOPTED if items[place][0] in adopted else 1.0 for place in places]
        pairs = zip(texts, trusts, strict=True)
        return [read._replace(trust=trust) for read, trust in pairs], places
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


def _adopted(question: Question, items: list[int]) -> set[int]:
    """Those of the items whose label is what a model had said, and what people were shown."""
    with connection.cursor() as cursor:
        cursor.execute(_ADOPTED, {"items": items, "question": question.id})
        return {item for (item,) in cursor.fetchall()}
