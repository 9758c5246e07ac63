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
from annotate.models import Job, JobKind, JobState, ListCursor
from annotate.queries.facets import OF_FINAL, Decided
from annotate.queries.search_words import words_of

BATCH_ITEMS = 1000
BATCH_FINALS = 2000
MOST_SECONDS = 20.0
# Of a call, while a file comes in: both need the same database, and people wait for the file.
SECONDS_BESIDE_IMPORT = 0.3
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
_FINALS = f"""
SELECT {OF_FINAL} FROM annotate_finallabel f WHERE f.id > %s AND f.id <= %s ORDER BY f.id LIMIT %s
"""  # noqa: S608 - the columns are fixed
# Of an item that is decided again, or taken back, nothing stays but where it came from.
_FORGET = """
DELETE FROM annotate_itemfacet f USING annotate_finallabel old
 WHERE old.id = ANY(%s) AND f.project_id = old.project_id AND f.item_id = old.item_id
   AND f.facet = ANY(%s)
"""
_OLD = f"SELECT {OF_FINAL} FROM annotate_finallabel f WHERE f.id = ANY(%s)"  # noqa: S608
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
    until = time.monotonic() + _seconds()
    with connection.cursor() as cursor:
        cursor.execute(_COMPLETE, {"wait": WAIT})
        item_end, final_end = cursor.fetchone()
    seen: set[int] = set()
    if item_end is None or final_end is None:
        return seen
    while (part := _list_batch(item_end, final_end)) is not None:
        seen |= part
        if time.monotonic() >= until:
            break
    for project_id in seen:
        announce(project_id, "items")
    return seen


def _seconds() -> float:
    imports = Job.objects.filter(kind=JobKind.IMPORT, state=JobState.RUNNING)
    return SECONDS_BESIDE_IMPORT if imports.exists() else MOST_SECONDS


@transaction.atomic
def _list_batch(item_end: int, final_end: int) -> set[int] | None:
    """List the next part; answers its projects, None when there is none."""
    _make_cursor()
    at = ListCursor.objects.select_for_update(skip_locked=True).first()
    if at is None:
        return None
    before = (at.last_item, at.last_final)
    with connection.cursor() as cursor:
        cursor.execute(_ITEMS, [at.last_item, item_end, BATCH_ITEMS])
        items = cursor.fetchall()
        cursor.execute(_FINALS, [at.last_final, final_end, BATCH_FINALS])
        finals = [Decided(*row) for row in cursor.fetchall()]
        _write_words(items)
    at.last_item = items[-1][0] if len(items) == BATCH_ITEMS else max(at.last_item, item_end)
    at.last_final = (
        finals[-1].final if len(finals) == BATCH_FINALS else max(at.last_final, final_end)
    )
    _write_finals(finals)
    _add((row[1], f"source:{row[2]}", row[0]) for row in items)
    if (at.last_item, at.last_final) == before:
        return None
    at.save()
    return {row[1] for row in items} | {said.project for said in finals}


def _write_words(items: list[tuple[int, int, int, str | None, str]]) -> None:
    columns: tuple[list[int], list[int], list[str]] = ([], [], [])
    for item, project, _source, external_id, data in items:
        columns[0].append(item)
        columns[1].append(project)
        columns[2].append(orjson.dumps(words_of(orjson.loads(data), external_id)).decode())
    with connection.cursor() as cursor:
        cursor.execute(_WORDS, list(columns))


@transaction.atomic
def take_back(finals: list[int]) -> None:
    """Take away what lists know of items by these labels, which stand no more.

    Waits for who is listing now; who lists them later sees that they were taken back. Call it
    after the event that says so, in its transaction.
    """
    _make_cursor()
    ListCursor.objects.select_for_update().get()
    _forget(finals)


def _make_cursor() -> None:
    ListCursor.objects.bulk_create([ListCursor(pk=1)], ignore_conflicts=True)


def _write_finals(finals: list[Decided]) -> None:
    """In the order of the decisions, so that the last one stands."""
    facets: dict[tuple[int, int], list[Facet]] = {}
    for said in finals:
        facets[said.project, said.item] = [
            (said.project, facet, said.item) for facet in said.facets()
        ]
    replaced = [said.replaces for said in finals if said.replaces is not None]
    if replaced:
        _forget(replaced)
    _add(chain.from_iterable(facets.values()))


def _forget(replaced: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_OLD, [replaced])
        old = [Decided(*row) for row in cursor.fetchall()]
        facets = {"model:differs"}.union(*(said.all_facets() for said in old))
        cursor.execute(_FORGET, [replaced, list(facets)])


def _add(facets: Iterable[Facet]) -> None:
    rows = list(facets)
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_ADD, [list(column) for column in zip(*rows, strict=True)])
