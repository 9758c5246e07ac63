"""How experts decided what is like this: the nearest of the cases that they settled.

The latest cases are compared one by one, by the vectors that a model has stored: so many cost some
milliseconds and need no index.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from django.db import connection

from annotate.models import Embedding, FinalSource, Item
from annotate.queries.items import preview_of

MOST_CASES = 5000
MOST_SHOWN = 5
LEAST_LIKENESS = 0.5
"""Below it two texts share a language and little else."""

# The expert's own words stand with the reading by which the item was settled.
_CASES = """
SELECT i.id, e.vector FROM (
    SELECT f.item_id FROM annotate_finallabel f
     WHERE f.project_id = %(project)s AND f.source = %(source)s
     ORDER BY f.created_at DESC LIMIT %(most)s) AS latest
  JOIN annotate_item i ON i.id = latest.item_id AND i.id <> %(item)s AND i.stage = 'settled'
  JOIN annotate_finallabel f ON f.id = i.final_label_id AND f.source = %(source)s
  JOIN annotate_embedding e
    ON e.item_id = i.id AND e.input = %(input)s AND e.encoder = %(encoder)s
       AND octet_length(e.vector) = octet_length(%(vector)s::bytea)
 GROUP BY i.id, e.vector ORDER BY i.id
"""
_WORDS = """
SELECT DISTINCT ON (r.item_id) r.item_id, r.rationale FROM annotate_reading r
 WHERE r.item_id = ANY (%s) AND r.step = 'final' ORDER BY r.item_id, r.id DESC
"""


class Precedent(NamedTuple):
    """A case that an expert settled."""

    item: int
    preview: str
    answer: dict[str, Any]
    reason: str
    likeness: float
    """The cosine of the two vectors, LEAST_LIKENESS to 1."""
    decided_at: Any


class Precedents(NamedTuple):
    """`is_known`: a model has read the item, so that its like can be found."""

    is_known: bool
    cases: list[Precedent]


def precedents_of(item: Item) -> Precedents:
    """The cases most like an item that experts have decided, the nearest first."""
    own = Embedding.objects.filter(item=item).exclude(vector=b"").order_by("-pk").first()
    if own is None:
        return Precedents(is_known=False, cases=[])
    values: dict[str, Any] = {
        "project": item.project_id,
        "item": item.pk,
        "source": FinalSource.ADJUDICATION,
        "most": MOST_CASES,
        "input": own.input,
        "encoder": own.encoder,
        "vector": bytes(own.vector),
    }
    with connection.cursor() as cursor:
        cursor.execute(_CASES, values)
        rows = cursor.fetchall()
    vectors = b"".join(bytes(raw) for _, raw in rows)
    near = likenesses_to(bytes(own.vector), [key for key, _ in rows], vectors)
    return Precedents(is_known=True, cases=_told(near))


def likenesses_to(
    own: bytes, items: Sequence[int], vectors: bytes, most: int = MOST_SHOWN
) -> dict[int, float]:
    """The likeness of the nearest of these items to a vector, by their id, the nearest first.

    `vectors` are theirs, one behind the other, each as long as the own one.
    """
    if not items:
        return {}
    matrix = np.frombuffer(vectors, dtype="<f2").reshape(len(items), -1).astype(np.float32)
    likeness = matrix @ np.frombuffer(own, dtype="<f2").astype(np.float32)
    order = np.argsort(-likeness, kind="stable")[:most].tolist()
    found = {items[at]: float(likeness[at]) for at in order}
    return {item: min(near, 1.0) for item, near in found.items() if near >= LEAST_LIKENESS}


def _told(near: dict[int, float]) -> list[Precedent]:
    items = Item.objects.select_related("final_label").in_bulk(list(near))
    with connection.cursor() as cursor:
        cursor.execute(_WORDS, [list(near)])
        words = dict(cursor.fetchall())
    return [
        Precedent(
            item=key,
            preview=preview_of(items[key].data),
            answer=final.answer,
            reason=words.get(key, ""),
            likeness=round(likeness, 4),
            decided_at=final.created_at,
        )
        for key, likeness in near.items()
        if (final := items[key].final_label) is not None
    ]
