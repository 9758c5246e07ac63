"""What lists know of an item by its final label: read by who lists it, and by who counts again."""

from datetime import date
from itertools import chain
from typing import Any, Final, NamedTuple

import orjson

from annotate.queries.item_filter import facet_of_confidence, facet_of_label

# What was taken back (a model's word, or a copy) is no label any more. Of the model counts what it
# said last before the decision.
OF_FINAL: Final = """
f.id, f.project_id, f.item_id, f.answer, f.source, f.confidence,
(f.created_at AT TIME ZONE 'UTC')::date,
EXISTS (SELECT FROM (SELECT DISTINCT ON (p.question) p.question, p.label
                       FROM annotate_prediction p
                      WHERE p.item_id = f.item_id AND p.created_at <= f.created_at
                      ORDER BY p.question, p.id DESC) AS said
         WHERE f.answer ? said.question AND f.answer -> said.question <> said.label),
f.replaces_id,
f.source IN ('auto_accept', 'spread') AND EXISTS (
    SELECT FROM annotate_event e
     WHERE e.item_id = f.item_id AND e.kind = 'item.reopened'
       AND (e.payload ->> 'final')::bigint = f.id)
"""
"""The columns of `Decided`, of a final label `f`."""


class Decided(NamedTuple):
    """A final label as lists read it."""

    final: int
    project: int
    item: int
    answer: str
    source: str
    confidence: float
    day: date
    differs: bool
    replaces: int | None
    is_taken_back: bool

    def facets(self) -> list[str]:
        """What is true of the item by this label; nothing once it was taken back."""
        return [] if self.is_taken_back else self.all_facets()

    def all_facets(self) -> list[str]:
        """The same, whether it still stands or not."""
        labels: dict[str, Any] = orjson.loads(self.answer)
        named = chain.from_iterable(facet_of_label(name, label) for name, label in labels.items())
        more = ["model:differs"] if self.differs else []
        sure = facet_of_confidence(self.confidence)
        return [*named, f"by:{self.source}", sure, f"day:{self.day}", *more]
