"""Facets and words of all items again, beside what is stored.

Items and stored rows are read side by side in the order of items, so the whole is one pass and
holds little. What the model had said is compared with predictions that are there by now: one
whose transaction took longer than the list job waited would be a difference.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import orjson
from django.db import connection

from annotate.models import ListCursor
from annotate.queries.facets import OF_FINAL, Decided
from annotate.queries.search_words import words_of

BATCH_ITEMS = 2000

_ITEMS: Final = """
SELECT i.id, i.project_id, i.source_id, i.external_id, i.data, tsvector_to_array(t.words)
  FROM annotate_item i LEFT JOIN annotate_itemtext t ON t.item_id = i.id
                                                    AND t.project_id = i.project_id
 WHERE i.id > %s ORDER BY i.id LIMIT %s
"""
_FINALS: Final = f"""
SELECT {OF_FINAL}
  FROM annotate_finallabel f
 WHERE f.id IN (SELECT max(l.id) FROM annotate_finallabel l
                 WHERE l.item_id = ANY(%s) AND l.id <= %s GROUP BY l.item_id)
"""  # noqa: S608 - the columns are fixed
_STORED: Final = """
SELECT item_id, array_agg(facet ORDER BY facet) FROM annotate_itemfacet
 GROUP BY item_id, project_id ORDER BY item_id, project_id
"""


class Unequal(NamedTuple):
    """Something lists know of an item that is not so."""

    project: int | None
    what: str
    stored: list[str] | None
    counted: list[str] | None


def wrong_lists() -> Iterator[Unequal]:
    """Every item whose facets or words are not what its data and its final label say."""
    at = ListCursor.objects.first() or ListCursor(last_item=0, last_final=0)
    with connection.chunked_cursor() as stored:
        stored.execute(_STORED)
        known = _Stored(stored)
        for item, project, listed in _items(at):
            for what, was, now in listed.compared(known.upto(item)):
                yield Unequal(project, f"{what} of item {item}", was, now)
        for item, facets in known.others():
            yield Unequal(None, f"the facets of item {item}", facets, None)


class _Listed(NamedTuple):
    """What is to be known of an item, and its words as they are stored."""

    facets: list[str]
    words: list[str] | None
    stored_words: list[str] | None

    def compared(
        self, facets: list[str]
    ) -> Iterator[tuple[str, list[str] | None, list[str] | None]]:
        if facets != self.facets:
            yield "the facets", facets, self.facets
        if self.stored_words != self.words:
            yield "the words", self.stored_words, self.words


class _Stored:
    """The stored facets, item by item."""

    def __init__(self, rows: Iterator[tuple[int, list[str]]]) -> None:
        self._rows = iter(rows)
        self._next = next(self._rows, None)
        self._lost: list[tuple[int, list[str]]] = []

    def upto(self, item: int) -> list[str]:
        """The facets of this item; those of items before it that do not exist are set aside."""
        found: list[str] = []
        while self._next is not None and self._next[0] <= item:
            if self._next[0] == item:
                found += self._next[1]
            else:
                self._lost.append(self._next)
            self._next = next(self._rows, None)
        return found

    def others(self) -> Iterator[tuple[int, list[str]]]:
        """The facets of items that do not exist."""
        yield from self._lost
        while self._next is not None:
            yield self._next
            self._next = next(self._rows, None)


def _items(at: ListCursor) -> Iterator[tuple[int, int, _Listed]]:
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_ITEMS, [last, BATCH_ITEMS])
            rows = cursor.fetchall()
            cursor.execute(_FINALS, [[row[0] for row in rows], at.last_final])
            finals = {said.item: said for said in (Decided(*row) for row in cursor.fetchall())}
        if not rows:
            return
        for item, project, source, external_id, data, stored in rows:
            is_listed = item <= at.last_item
            facets = [f"source:{source}"] if is_listed else []
            facets += finals[item].facets() if item in finals else []
            words = words_of(orjson.loads(data), external_id) if is_listed else None
            sure = None if words is None else sorted(set(words))
            yield item, project, _Listed(sorted(set(facets)), sure, _sorted(stored))
        last = rows[-1][0]


def _sorted(words: list[str] | None) -> list[str] | None:
    return None if words is None else sorted(words)
