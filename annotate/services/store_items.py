"""Copy rows into the tables of items and of open work: the fastest way PostgreSQL has.

COPY knows no "on conflict", so what is known already is left out before. That holds because only
one transaction at a time brings items into a project; the unique index stands behind it. COPY
costs half of what an INSERT ... ON CONFLICT does, where each row is announced before it is made.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import orjson
from django.db import connection

from annotate.models import Pool, Project, Source, Tier
from annotate.pool_refusals import TooManyPools
from labeling.formats.rows import ItemRow

DEFAULT_BAND = 8
LINES_AT_ONCE = 200
MOST_POOLS = 200
"""Of a project. A claim looks at all of them, to see which this worker is qualified for."""
Pools = dict[tuple[str, ...], tuple[bytes, bytes]]
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})

# What a row needs of its own. Ids are drawn first, so that gold labels and predictions know their
# items without a look-up; the queue is in the order of the file.
# As two lists in one row: a row for each would cost as much again as drawing them does.
_DRAW = """
SELECT array_agg(nextval(ids.name)), array_agg(nextval('queue_position'))
  FROM (SELECT pg_get_serial_sequence('annotate_item', 'id')::regclass AS name OFFSET 0) AS ids,
       generate_series(1, %s)
"""
# One document, since quoting a list of texts costs psycopg more than the look-up costs.
_KNOWN = "SELECT known_external_ids(%s, ARRAY(SELECT json_array_elements_text(%s::json)))"
_ITEMS = """
COPY annotate_item
     (id, project_id, source_id, external_id, data, metadata, band, pool_id, overlap)
FROM STDIN
"""
_QUEUE = "COPY annotate_queueentry (item_id, project_id, tier, band, position) FROM STDIN"


def store_items(
    *, project: Project, source: Source, overlap: int, rows: Sequence[ItemRow]
) -> list[tuple[int, ItemRow]]:
    """Store what is new and offer it to the crowd; answers the new rows with their ids.

    Call inside a transaction: until it ends, nobody else brings items into the project.

    Raises:
        TooManyPools: the rows need more different sets of qualifications than a project may have.
    """
    _wait_for_turn(project)
    fresh = list(_without(_known(project, rows), rows))
    if not fresh:
        return []
    _show_as_writer()
    numbers = _draw(len(fresh))
    pools = _pools(project, fresh)
    _copy(_ITEMS, _item_lines(numbers, fresh, pools, (project.pk, source.pk, overlap)))
    _copy(_QUEUE, _queue_lines(numbers, fresh, pools, project.pk))
    return [(item, row) for (item, _), row in zip(numbers, fresh, strict=True)]


def _show_as_writer() -> None:
    """Take the lock that COPY takes, before the ids are drawn.

    Who lists behind the trail waits for writers, and would pass by ids whose rows are still to
    come: they would be in no list for ever.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE annotate_item IN ROW EXCLUSIVE MODE")


def _pools(project: Project, rows: list[ItemRow]) -> Pools:
    """By what rows need, the column of the pool and the end of the queue's line."""
    found: Pools = {(): (b"\\N", b"")}
    for needs in sorted({row.needs for row in rows} - found.keys()):
        pool, is_new = Pool.objects.get_or_create(project=project, needs=list(needs))
        if is_new and Pool.objects.filter(project=project).count() > MOST_POOLS:
            raise TooManyPools(most=MOST_POOLS)
        found[needs] = (b"%d" % pool.pk, b":%d" % pool.pk)
    return found


def _item_lines(
    numbers: list[tuple[int, int]],
    rows: list[ItemRow],
    pools: Pools,
    constants: tuple[int, int, int],
) -> Iterator[bytes]:
    project, source, overlap = constants
    place, end = b"\t%d\t%d\t" % (project, source), b"\t%d\n" % overlap
    for (item, _), row in zip(numbers, rows, strict=True):
        yield b"%d%b%b\t%b\t%b\t%d\t%b%b" % (
            item,
            place,
            _text_of(row.external_id),
            # Of JSON only the backslash means something to COPY: what ends rows stands escaped.
            orjson.dumps(row.data).replace(b"\\", b"\\\\"),
            orjson.dumps(row.metadata).replace(b"\\", b"\\\\") if row.metadata else b"{}",
            _band_of(row),
            pools[row.needs][0],
            end,
        )


def _queue_lines(
    numbers: list[tuple[int, int]], rows: list[ItemRow], pools: Pools, project: int
) -> Iterator[bytes]:
    place = b"\t%d\t%b" % (project, Tier.CROWD.value.encode())
    for (item, position), row in zip(numbers, rows, strict=True):
        line = pools[row.needs][1]
        yield b"%d%b%b\t%d\t%d\n" % (item, place, line, _band_of(row), position)


def _text_of(text: str | None) -> bytes:
    """As COPY reads it: what ends a column or a row, and the backslash itself, are escaped."""
    if text is None:
        return b"\\N"
    is_plain = text.isprintable() and "\\" not in text  # as nearly all, and told at a glance
    return (text if is_plain else text.translate(_ESCAPED)).encode()


def _wait_for_turn(project: Project) -> None:
    """No lock of the project's row: each check of a key against it would then cost ten times."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('intake', %s))", [project.pk]
        )


def _known(project: Project, rows: Sequence[ItemRow]) -> set[str]:
    ids = [row.external_id for row in rows if row.external_id is not None]
    if not ids:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [project.pk, orjson.dumps(ids).decode()])
        return {external_id for (external_id,) in cursor.fetchall()}


def _without(known: set[str], rows: Iterable[ItemRow]) -> Iterator[ItemRow]:
    """Of rows with the same external id, the first."""
    for row in rows:
        if row.external_id is not None:
            if row.external_id in known:
                continue
            known.add(row.external_id)
        yield row


def _draw(count: int) -> list[tuple[int, int]]:
    """Pairs of an item's id and its place in the queue."""
    with connection.cursor() as cursor:
        cursor.execute(_DRAW, [count])
        ids, positions = cursor.fetchone()
        return list(zip(ids, positions, strict=True))


def _copy(statement: str, lines: Iterator[bytes]) -> None:
    """Whole lines, many at once: a row's way through psycopg costs more than what is in it."""
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        while block := b"".join(islice(lines, LINES_AT_ONCE)):
            copy.write(block)


def _band_of(row: ItemRow) -> int:
    return DEFAULT_BAND if row.priority is None else row.priority
