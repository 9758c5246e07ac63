"""Pages of a filtered list of items, both ways, and how many there are: never a scan.

One condition drives: the one of the fewest items. At most so many of its items are looked at, in
order, and the other conditions are looked up by key. A page may therefore be short, or empty, and
still have a next one.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from annotate.models import ItemStage
from annotate.prepared import json, moment, text
from annotate.queries.counts import item_counts
from annotate.queries.item_filter import Condition
from annotate.queries.item_walk import MOST_LOOKED_AT, Edges, ask
from annotate.queries.items import preview_of

MOST_COUNTED = 1000
LAST_ITEM = 2**63 - 1

_ROW: Final = """
i.id, i.external_id, i.stage, i.overlap, i.judged, i.data, f.source, f.confidence,
h.held_at, h.rule, h.sentence, g.version
"""
_READS_ROW: Final = (
    *(int, text, text, int, int, json),
    *(text, float),
    *(moment, text, text, int),
)


class ItemPage(NamedTuple):
    items: list[dict[str, Any]]
    """As leads see them in a list."""
    previous: int | None
    """`before` of the page before."""
    next: int | None
    """`after` of the next page."""


class Count(NamedTuple):
    items: int
    is_more: bool


def page_of_items(
    project_id: int,
    conditions: Sequence[Condition],
    *,
    limit: int,
    after: int = 0,
    before: int | None = None,
    inputs: Sequence[str] = (),
) -> ItemPage:
    """The items after `after`, or the last ones before `before`.

    Their previews have the inputs in the order that is given.
    """
    is_back = before is not None
    edge = before if before is not None else after
    order = "DESC" if is_back else "ASC"
    read = f"""
        SELECT s.looked_at, s.last, {_ROW}
          FROM s LEFT JOIN k ON true
          LEFT JOIN annotate_item i ON i.id = k.item
          LEFT JOIN annotate_finallabel f ON f.id = i.final_label_id
          LEFT JOIN annotate_hold h ON h.item_id = i.id AND i.stage = 'held'
          LEFT JOIN annotate_guideline g ON g.id = h.guideline_id
         ORDER BY k.item {order}
        """  # noqa: S608 - the columns are fixed
    edges = Edges(edge, limit, is_back)
    rows, room = ask(project_id, conditions, edges, read, (int, int, *_READS_ROW))
    found = [row[2:] for row in rows if row[2] is not None]
    following = _following([row[0] for row in found], rows[0][:2], room, limit)
    items = [_shown(row, inputs) for row in sorted(found[:limit])]
    first = items[0]["id"] if items else edge
    if is_back:
        return ItemPage(items, following, items[-1]["id"] if items else edge - 1)
    return ItemPage(items, first if after else None, following)


def _shown(row: tuple[Any, ...], inputs: Sequence[str]) -> dict[str, Any]:
    key, external_id, stage, overlap, judged, data, source, confidence, *held = row
    return {
        "id": key,
        "external_id": external_id,
        "stage": stage,
        "overlap": overlap,
        "judged": judged,
        "preview": preview_of(data, inputs),
        "final": None if source is None else {"source": source, "confidence": confidence},
        "held": None
        if held[0] is None
        else dict(zip(("at", "rule", "sentence", "guideline_version"), held, strict=True)),
    }


def walk(
    project_id: int,
    conditions: Sequence[Condition],
    edge: int,
    limit: int,
    *,
    is_back: bool = False,
    most: int = MOST_LOOKED_AT,
) -> tuple[list[int], int | None]:
    """At most `limit` items beyond `edge`, and beyond which one to go on; None: there are no more.

    `most`: so many items of the driving condition are looked at.
    """
    order = "DESC" if is_back else "ASC"
    read = f"SELECT s.looked_at, s.last, k.item FROM s LEFT JOIN k ON true ORDER BY k.item {order}"  # noqa: S608
    edges = Edges(edge, limit, is_back)
    rows, room = ask(project_id, conditions, edges, read, (int, int, int), most=most)
    found = [item for _, _, item in rows if item is not None]
    return found[:limit], _following(found, rows[0][:2], room, limit)


def _following(
    found: Sequence[int], walked: tuple[int, int | None], room: int, limit: int
) -> int | None:
    """Beyond which item the next page begins."""
    looked_at, last = walked
    if len(found) > limit:
        return found[limit - 1]
    return last if looked_at == room else None


def count_of(project_id: int, conditions: Sequence[Condition]) -> Count:
    """How many items a filter has: exact from the counters, else up to MOST_COUNTED and «more»."""
    stages = [one.values[1] for one in conditions if one.table == "annotate_item"]
    if len(stages) == len(conditions) <= 1:
        counts = item_counts([project_id])[project_id]
        return Count(sum(counts[stage] for stage in stages or ItemStage.values), is_more=False)
    most = 2 * MOST_LOOKED_AT
    found, following = walk(project_id, conditions, 0, MOST_COUNTED, most=most)
    return Count(len(found), is_more=following is not None)
