"""How unsure a head of spans is of the texts that wait, from what it has said of them already.

Its states are not stored (decision 23), so nothing is read again: the stored score of a text, with
its calibration undone, is the product of the posteriors of its words' tags.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from django.db import connection

from annotate.models import ModelKind, ModelVersion, Project
from labeling.questions import Question
from labeling.schema import LabelSchema
from models_assist.learners import LEARNERS
from models_assist.readings import READ_BY_WORD
from models_assist.span_head import SpanHead

Margins = npt.NDArray[np.float32]

# Items in order, so that the pool, which is in no order, finds its own by bisection.
_SAID = """
SELECT p.item_id, p.score, coalesce(char_length(i.data ->> %(input)s), 0)
  FROM annotate_prediction p JOIN annotate_item i ON i.id = p.item_id
 WHERE i.project_id = %(project)s AND i.stage IN ('new', 'open')
   AND p.question = %(question)s AND p.model_version_id = %(version)s
 ORDER BY p.item_id
"""


class SpanReader(NamedTuple):
    """The newest head of a spans question."""

    question: Question
    version: ModelVersion
    head: SpanHead


def span_readers(project: Project, schema: LabelSchema) -> list[SpanReader]:
    """Those that have learnt something and whose categories are still those of the question."""
    found = []
    for question in schema.questions:
        if question.type not in READ_BY_WORD:
            continue
        version = (
            ModelVersion.objects.filter(project=project, question=question.id, kind=ModelKind.HEAD)
            .order_by("-version")
            .first()
        )
        head = version and LEARNERS[question.type].read(bytes(version.parameters), question)
        if version is not None and isinstance(head, SpanHead):
            found.append(SpanReader(question, version, head))
    return found


def span_margins(readers: Sequence[SpanReader], items: npt.NDArray[np.int64]) -> Margins:
    """Of each item the margin of the spans question that its head is least sure of, 0 to 1; 1 of
    what no head has spoken of."""
    margins = np.ones(len(items), dtype=np.float32)
    for reader in readers:
        values: dict[str, Any] = {
            "project": reader.version.project_id,
            "question": reader.question.id,
            "input": reader.question.on[0],
            "version": reader.version.pk,
        }
        with connection.cursor() as cursor:
            cursor.execute(_SAID, values)
            rows = np.array(cursor.fetchall(), dtype=float).reshape(-1, 3)
        if not len(rows):
            continue
        own = reader.head.word_margins(rows[:, 1], rows[:, 2])
        at = np.minimum(np.searchsorted(rows[:, 0], items), len(rows) - 1)
        is_said = rows[at, 0] == items
        margins[is_said] = np.minimum(margins[is_said], own[at[is_said]])
    return margins
