"""The open items that a model may put in order, with their stored vectors.

A million of them are read in seconds: PostgreSQL sends its binary format, whose rows have one
length, so that a block of them is an array as it comes.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from django.db import DatabaseError, connection
from psycopg import ClientCursor, Connection
from psycopg.pq import ExecStatus

from annotate.models import Choosing, Embedding, Item, Project

DEFAULT_BAND: Final = 8
FRONT_BANDS: Final = (4, 5, 6, 7)
"""Where what was brought forward waits: behind audits and what a lead puts first, before the
rest."""
BLOCK_ITEMS = 16_384
MOST_COVERED = 1000
_HEADER_BYTES, _TRAILER_BYTES = 19, 2

Matrix = npt.NDArray[np.float32]
Halves = npt.NDArray[np.float16]
Key = tuple[str, str]
"""What was read of an item, and the encoder that read it: `Embedding.input`, `.encoder`."""

# What a lead or an import put into another band stays there; so does what is audited. A
# near-duplicate that waits for another item's label is not in the queue.
_POOL = """
COPY (
SELECT i.id, blind_draw(i.id, %(seed)s), {vectors}
  FROM annotate_item i {joins}
 WHERE i.project_id = %(project)s AND i.stage IN ('new', 'open') AND i.taken < i.overlap
   AND (i.band = %(rest)s OR i.band BETWEEN %(first)s AND %(last)s
        AND EXISTS (SELECT FROM annotate_chosenitem c WHERE c.item_id = i.id))
   AND NOT EXISTS (SELECT FROM annotate_groupitem w WHERE w.item_id = i.id AND w.state = 'waiting')
   AND NOT EXISTS (
       SELECT FROM annotate_acceptanceitem a JOIN annotate_acceptance b ON b.id = a.acceptance_id
        WHERE a.item_id = i.id
          AND (b.state IN ('auditing', 'accepting')
               OR b.state <> 'cancelled' AND a.place <= b.drawn + b.rolling))
) TO STDOUT (FORMAT BINARY)
"""
_JOIN = """
  JOIN annotate_embedding e{n}
    ON e{n}.item_id = i.id AND e{n}.input = %(input{n})s AND e{n}.encoder = %(encoder{n})s
       AND octet_length(e{n}.vector) = %(bytes{n})s
"""
_WIDTH = """
SELECT octet_length(e.vector) FROM annotate_embedding e JOIN annotate_item i ON i.id = e.item_id
 WHERE i.project_id = %s AND e.input = %s AND e.encoder = %s AND e.vector <> '' LIMIT 1
"""
_AHEAD = """
SELECT count(*) FROM (
    SELECT FROM annotate_queueentry q
     WHERE q.project_id = %s AND q.tier = 'crowd' AND q.band BETWEEN %s AND %s LIMIT %s) AS few
"""


class Block(NamedTuple):
    """Some items of the pool; of each a row in every array."""

    items: npt.NDArray[np.int64]
    draws: npt.NDArray[np.float64]
    vectors: Halves
    """(items, dimensions of all keys together)"""


def width_of(project: Project, key: Key) -> int | None:
    """The dimensions of the vectors of a key; None where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_WIDTH, [project.pk, *key])
        row = cursor.fetchone()
    return None if row is None else int(row[0]) // 2


def read_pool(choosing: Choosing, keys: Sequence[Key], widths: Sequence[int]) -> Iterator[Block]:
    """The items that may be put in order and have a vector of every key, in blocks; all of them
    where there is no key."""
    numbers = range(len(keys))
    values: dict[str, object] = {
        "project": choosing.project_id,
        "seed": choosing.seed,
        "rest": DEFAULT_BAND,
        "first": FRONT_BANDS[0],
        "last": FRONT_BANDS[-1],
    }
    for number, (key, width) in enumerate(zip(keys, widths, strict=True)):
        values |= {f"input{number}": key[0], f"encoder{number}": key[1]}
        values[f"bytes{number}"] = 2 * width
    statement = _POOL.format(
        vectors=" || ".join(f"e{number}.vector" for number in numbers) or "''::bytea",
        joins="".join(_JOIN.format(n=number) for number in numbers),
    )
    row = np.dtype(
        [
            ("fields", ">i2"),
            ("item_bytes", ">i4"),
            ("item", ">i8"),
            ("draw_bytes", ">i4"),
            ("draw", ">f8"),
            ("vector_bytes", ">i4"),
            ("vector", "<f2", (sum(widths),)),
        ]
    )
    yield from (
        _block(np.frombuffer(raw, dtype=row))
        for raw in _in_blocks(_copied(statement, values), row)
    )


def _copied(statement: str, values: dict[str, object]) -> Iterator[bytes]:
    """What a COPY sends, row by row. Past psycopg's own cursor, which costs a row twice as much
    as all else that is done with it."""
    connection.ensure_connection()
    driver: Connection[Any] = connection.connection
    libpq = driver.pgconn
    text = ClientCursor(driver).mogrify(statement, values)
    begun = libpq.exec_(text.encode())
    if begun.status != ExecStatus.COPY_OUT:
        raise DatabaseError(begun.get_error_message())
    is_read = False
    try:
        size, piece = libpq.get_copy_data(0)
        while size > 0:
            yield bytes(piece)
            size, piece = libpq.get_copy_data(0)
        is_read = True
    finally:
        if not is_read:
            # Whoever stops half-way leaves a connection that can be used for nothing else.
            connection.close()
    ended = libpq.get_result()
    if ended is None or ended.status != ExecStatus.COMMAND_OK or libpq.get_result() is not None:
        raise DatabaseError(libpq.get_error_message())


def _in_blocks(copy: Iterator[bytes], row: np.dtype[np.void]) -> Iterator[bytes]:
    """The same bytes in pieces of whole rows, without what stands before and behind these."""
    waiting, size, skip = [], 0, _HEADER_BYTES
    for piece in copy:
        waiting.append(piece)
        size += len(piece)
        if size >= BLOCK_ITEMS * row.itemsize:
            whole = b"".join(waiting)[skip:]
            rest = len(whole) % row.itemsize
            yield whole[: len(whole) - rest]
            waiting, size, skip = [whole[len(whole) - rest :]], rest, 0
    whole = b"".join(waiting)[skip:]
    rows = len(whole) - _TRAILER_BYTES
    if rows > 0:
        yield whole[:rows]


def _block(rows: npt.NDArray[np.void]) -> Block:
    return Block(
        items=rows["item"].astype(np.int64),
        draws=rows["draw"].astype(np.float64),
        vectors=rows["vector"],
    )


def ahead_count(project: Project, most: int) -> int:
    """How many items wait in the front, `most` at most."""
    with connection.cursor() as cursor:
        cursor.execute(_AHEAD, [project.pk, FRONT_BANDS[0], FRONT_BANDS[-1], most])
        return int(cursor.fetchone()[0])


def covered(project: Project, keys: Sequence[Key], width: int) -> Matrix:
    """The vectors of the latest items that people have judged, (items, width)."""
    judged = list(
        Item.objects.filter(project=project, judged__gt=0)
        .order_by("-pk")
        .values_list("pk", flat=True)[:MOST_COVERED]
    )
    parts = []
    for inputs, encoder in keys:
        stored = Embedding.objects.filter(item__in=judged, input=inputs, encoder=encoder)
        parts.append({row.item_id: np.frombuffer(row.vector, dtype="<f2") for row in stored})
    whole = [
        np.concatenate([part[item] for part in parts])
        for item in judged
        if all(len(part.get(item, ())) for part in parts)
    ]
    return np.array(whole, dtype=np.float32).reshape(len(whole), width)
