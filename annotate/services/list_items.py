"""Keep the lists: what is new among items and final labels becomes facets and words.

Behind the trail, as the counters are (decision 13): a cursor says up to which ids, and moves in
the transaction that writes, so each row is listed once, however often this is killed.
"""

import time
from collections.abc import Iterable
from itertools import chain

import orjson
from django.db import connection, transaction

from annotate.announce import announce
from annotate.models import ListCursor
from annotate.queries.item_filter import facet_of_confidence, facet_of_label
from annotate.queries.search_words import words_of

BATCH_ITEMS = 1000
BATCH_FINALS = 2000
MOST_SECONDS = 20.0
WAIT = "10 seconds"

Facet = tuple[int, str, int]
"""Project, facet, item."""

_ITEMS = """
SELECT id, project_id, source_id, external_id, data FROM annotate_item
 WHERE id > %s AND id <= %s ORDER BY id LIMIT %s
"""
_WORDS = """
INSERT INTO annotate_itemtext (item_id, project_id, words)
SELECT t.item, t.project, array_to_tsvector(ARRAY(SELECT jsonb_array_elements_text(t.words)))
  FROM unnest(%s::bigint[], %s::bigint[], %s::jsonb[]) AS t (item, project, words)
ON CONFLICT (item_id) DO NOTHING
"""
_FINALS = """
SELECT f.id, f.project_id, f.item_id, f.answer, f.source, f.confidence,
       (f.created_at AT TIME ZONE 'UTC')::date,
       EXISTS (SELECT FROM (SELECT DISTINCT ON (p.question) p.question, p.label
                              FROM annotate_prediction p
                             WHERE p.item_id = f.item_id AND p.created_at <= f.created_at
                             ORDER BY p.question, p.id DESC) AS said
                WHERE f.answer ? said.question AND f.answer -> said.question <> said.label),
       f.replaces_id
  FROM annotate_finallabel f WHERE f.id > %s AND f.id <= %s ORDER BY f.id LIMIT %s
"""
# Of an item that is decided again nothing stays but where it came from.
_FORGET = """
DELETE FROM annotate_itemfacet f USING annotate_finallabel old
 WHERE old.id = ANY(%s) AND f.project_id = old.project_id AND f.item_id = old.item_id
   AND f.facet = ANY(%s)
"""
_ADD = """
INSERT INTO annotate_itemfacet (project_id, facet, item_id)
SELECT * FROM unnest(%s::bigint[], %s::text[], %s::bigint[])
ON CONFLICT DO NOTHING
"""
_COMPLETE = """
SELECT complete_to('annotate_item', %(wait)s::interval),
       complete_to('annotate_finallabel', %(wait)s::interval)
"""


def list_new() -> set[int]:
    """Bring the lists up to date; answers the projects whose lists have changed.

    May run twice at once: the second one finds the cursor locked and leaves.
    """
    until = time.monotonic() + MOST_SECONDS
    with connection.cursor() as cursor:
        cursor.execute(_COMPLETE, {"wait": WAIT})
        item_end, final_end = cursor.fetchone()
    seen: set[int] = set()
    if item_end is None or final_end is None:
        return seen
    while time.monotonic() < until and (part := _list_batch(item_end, final_end)) is not None:
        seen |= part
    for project_id in seen:
        announce(project_id, "items")
    return seen


@transaction.atomic
def _list_batch(item_end: int, final_end: int) -> set[int] | None:
    """List the next part; answers its projects, None when there is none."""
    at = ListCursor.objects.select_for_update(skip_locked=True).first()
    if at is None:
        return None
    before = (at.last_item, at.last_final)
    with connection.cursor() as cursor:
        cursor.execute(_ITEMS, [at.last_item, item_end, BATCH_ITEMS])
        items = cursor.fetchall()
        cursor.execute(_FINALS, [at.last_final, final_end, BATCH_FINALS])
        finals = cursor.fetchall()
        _write_words(items)
    at.last_item = items[-1][0] if len(items) == BATCH_ITEMS else max(at.last_item, item_end)
    at.last_final = finals[-1][0] if len(finals) == BATCH_FINALS else max(at.last_final, final_end)
    _write_finals(finals)
    _add((row[1], f"source:{row[2]}", row[0]) for row in items)
    if (at.last_item, at.last_final) == before:
        return None
    at.save()
    return {row[1] for row in chain(items, finals)}


def _write_words(items: list[tuple[int, int, int, str | None, str]]) -> None:
    columns: tuple[list[int], list[int], list[str]] = ([], [], [])
    for item, project, _source, external_id, data in items:
        columns[0].append(item)
        columns[1].append(project)
        columns[2].append(orjson.dumps(words_of(orjson.loads(data), external_id)).decode())
    with connection.cursor() as cursor:
        cursor.execute(_WORDS, list(columns))


def _write_finals(finals: list[tuple]) -> None:  # type: ignore[type-arg]
    """In the order of the decisions, so that the last one stands."""
    facets: dict[tuple[int, int], list[Facet]] = {}
    replaced = []
    for _id, project, item, answer, source, confidence, day, differs, replaces in finals:
        labels = orjson.loads(answer).items()
        found = list(chain.from_iterable(facet_of_label(name, label) for name, label in labels))
        found += [f"by:{source}", facet_of_confidence(confidence), f"day:{day}"]
        found += ["model:differs"] if differs else []
        facets[project, item] = [(project, facet, item) for facet in found]
        if replaces is not None:
            replaced.append(replaces)
    if replaced:
        _forget(replaced)
    _add(chain.from_iterable(facets.values()))


def _forget(replaced: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT answer, source, confidence, (created_at AT TIME ZONE 'UTC')::date "
            "FROM annotate_finallabel WHERE id = ANY(%s)",
            [replaced],
        )
        facets = {"model:differs"}
        for answer, source, confidence, day in cursor.fetchall():
            for name, label in orjson.loads(answer).items():
                facets.update(facet_of_label(name, label))
            facets |= {f"by:{source}", facet_of_confidence(confidence), f"day:{day}"}
        cursor.execute(_FORGET, [replaced, list(facets)])


def _add(facets: Iterable[Facet]) -> None:
    rows = list(facets)
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_ADD, [list(column) for column in zip(*rows, strict=True)])
