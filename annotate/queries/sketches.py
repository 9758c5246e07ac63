"""The sketches of a project as arrays, and who may share a label by them.

Not all pairs are compared: of each key its items are sorted, and each is compared with the first
few that have the same. A sketch is 80 bytes here, so a million are 80 MB; no text is held.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from django.db import connection

from annotate.models import Project
from models_assist.sketches import KEY_BYTES, KEYS, NO_KEY

BLOCK_ITEMS = 50_000
MOST_TRIED: Final = 3
"""With so many of those before it that share a key an item is compared, for each of its keys."""

Rows = npt.NDArray[np.intp]

# Aggregated there, so that a block arrives as one value.
_BLOCK = """
SELECT max(b.item_id), string_agg(int8send(b.item_id), ''::bytea ORDER BY b.item_id),
       string_agg(b.keys, ''::bytea ORDER BY b.item_id)
  FROM (SELECT s.item_id, s.keys FROM annotate_itemsketch s
         WHERE s.project_id = %s AND s.item_id > %s AND octet_length(s.keys) = %s
         ORDER BY s.item_id LIMIT %s) AS b
"""
_MEMBERS = """
SELECT string_agg(int8send(m.item_id) || int8send(g.first_id), ''::bytea)
  FROM annotate_groupitem m JOIN annotate_itemgroup g ON g.id = m.group_id
 WHERE g.project_id = %s
"""


class Sketches(NamedTuple):
    """The items of a project in the order of their ids, a row each."""

    items: npt.NDArray[np.int64]
    keys: npt.NDArray[np.uint64]
    """(items, KEYS)"""
    first: Rows
    """The row of the first item of its group; -1: it is in none, or is the first one itself."""
    leads: npt.NDArray[np.bool_]
    """It is the first of a group."""


def read_sketches(project: Project) -> Sketches:
    """All sketches, with the groups that there are."""
    items, keys = [np.zeros(0, dtype=np.int64)], [np.zeros((0, KEYS), dtype=np.uint64)]
    for block_items, block_keys in _blocks(project):
        items.append(block_items)
        keys.append(block_keys)
    all_items = np.concatenate(items)
    first = np.full(len(all_items), -1, dtype=np.intp)
    leads = np.zeros(len(all_items), dtype=bool)
    with connection.cursor() as cursor:
        cursor.execute(_MEMBERS, [project.pk])
        (raw,) = cursor.fetchone()
    pairs = np.frombuffer(raw or b"", dtype=">i8").reshape(-1, 2)
    members, leaders = (_rows_of(all_items, pairs[:, at]) for at in (0, 1))
    known = (members >= 0) & (leaders >= 0)
    first[members[known]] = leaders[known]
    leads[leaders[known]] = True
    return Sketches(all_items, np.concatenate(keys), first, leads)


def _blocks(
    project: Project,
) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.uint64]]]:
    last: int | None = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_BLOCK, [project.pk, last, KEYS * KEY_BYTES, BLOCK_ITEMS])
            last, items, keys = cursor.fetchone()
        if last is None:
            return
        yield (
            np.frombuffer(items, dtype=">i8").astype(np.int64),
            np.frombuffer(keys, dtype="<u8").reshape(-1, KEYS).astype(np.uint64),
        )


def _rows_of(items: npt.NDArray[np.int64], wanted: npt.NDArray[np.int64]) -> Rows:
    """The row of each; -1 where it has no sketch."""
    if not len(items):
        return np.full(len(wanted), -1, dtype=np.intp)
    at = np.minimum(np.searchsorted(items, wanted), len(items) - 1)
    return np.where(items[at] == wanted, at, -1)


def row_after(sketches: Sketches, item: int) -> int:
    """The first row whose item came after this one."""
    return int(np.searchsorted(sketches.items, item, side="right"))


def candidates(sketches: Sketches, key: int, since: int) -> npt.NDArray[np.intp]:
    """Pairs of rows (later, earlier) that share a key, the later one from `since` on and in no
    group yet; by the later one, for each the earliest first."""
    column = sketches.keys[:, key]
    order = np.argsort(column, kind="stable")
    ordered = column[order]
    places = np.arange(len(order))
    is_start = np.ones(len(order), dtype=bool)
    is_start[1:] = ordered[1:] != ordered[:-1]
    start = np.maximum.accumulate(np.where(is_start, places, 0))
    is_free = (sketches.first < 0) & ~sketches.leads
    wanted = (places > start) & (ordered != NO_KEY) & (order >= since) & is_free[order]
    found = [np.zeros((0, 2), dtype=np.intp)]
    for tried in range(MOST_TRIED):
        at = places[wanted & (places > start + tried)]
        found.append(np.column_stack([order[at], order[start[at] + tried]]))
    pairs = np.concatenate(found)
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
