"""Pages of a filtered list of items, both ways, and how many there are: never a scan.

One condition drives: the one of the fewest items. At most so many of its items are looked at, in
order, and the other conditions are looked up by key. A page may therefore be short, or empty, and
still have a next one.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connection

from annotate.models import Item, ItemStage
from annotate.queries.counts import item_counts
from annotate.queries.item_filter import Condition

MOST_LOOKED_AT = 1000
MOST_COUNTED = 1000
LAST_ITEM = 2**63 - 1


class ItemPage(NamedTuple):
    items: list[Item]
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
) -> ItemPage:
    """The items after `after`, or the last ones before `before`."""
    is_back = before is not None
    edge = before if before is not None else after
    keys, following = walk(project_id, conditions, edge, limit, is_back=is_back)
    rows = Item.objects.select_related("final_label", "hold__guideline").in_bulk(keys)
    items = [rows[key] for key in sorted(keys)]
    first = items[0].pk if items else edge
    if is_back:
        return ItemPage(items, following, items[-1].pk if items else edge - 1)
    return ItemPage(items, first if after else None, following)


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
    driver, *others = _by_size(project_id, conditions)
    room = max(most, limit + 1) if others else limit + 1
    source, values = _in_order(driver, edge, room, is_back=is_back)
    checks = [
        f"EXISTS (SELECT FROM {o.table} WHERE {o.where} AND {o.item} = c.item)" for o in others
    ]
    wanted = " AND ".join(checks) or "true"
    order, end = ("DESC", "min") if is_back else ("ASC", "max")
    statement = (
        f"WITH c AS MATERIALIZED ({source}) SELECT (SELECT count(*) FROM c), "  # noqa: S608
        f"(SELECT {end}(item) FROM c), "
        f"ARRAY(SELECT item FROM c WHERE {wanted} ORDER BY item {order} LIMIT %s)"
    )
    for other in others:
        values = [*values, *other.values]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, limit + 1])
        looked_at, last, found = cursor.fetchone()
    if len(found) > limit:
        return found[:limit], found[limit - 1]
    return found, last if looked_at == room else None


def count_of(project_id: int, conditions: Sequence[Condition]) -> Count:
    """How many items a filter has: exact from the counters, else up to MOST_COUNTED and «more»."""
    stages = [one.values[1] for one in conditions if one.table == "annotate_item"]
    if len(stages) == len(conditions) <= 1:
        counts = item_counts([project_id])[project_id]
        return Count(sum(counts[stage] for stage in stages or ItemStage.values), is_more=False)
    most = 5 * MOST_LOOKED_AT
    found, following = walk(project_id, conditions, 0, MOST_COUNTED, most=most)
    return Count(len(found), is_more=following is not None)


def _by_size(project_id: int, conditions: Sequence[Condition]) -> list[Condition]:
    """The conditions, that of the fewest items first; counted no further than needed."""
    if not conditions:
        return [Condition("annotate_item", "id", "project_id = %s", (project_id,))]
    if len(conditions) == 1:
        return list(conditions)
    parts, values = [], []
    for one in conditions:
        parts.append(
            f"(SELECT count(*) FROM (SELECT FROM {one.table} WHERE {one.where} LIMIT %s) AS x)"  # noqa: S608
        )
        values += [*one.values, MOST_LOOKED_AT]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(parts), values)
        sizes = cursor.fetchone()
    return [one for _, _, one in sorted(zip(sizes, range(len(sizes)), conditions, strict=True))]


def _in_order(one: Condition, edge: int, room: int, *, is_back: bool) -> tuple[str, list[Any]]:
    """The statement that gives `room` items of a condition beyond `edge`, each once."""
    order, beyond = ("DESC", "<") if is_back else ("ASC", ">")
    if len(one.facets) > 1:
        # Each facet has its order: so many of each, then of all.
        source = (
            f"SELECT DISTINCT x.item_id AS item FROM unnest(%s::text[]) AS f (facet) "  # noqa: S608
            f"CROSS JOIN LATERAL (SELECT item_id FROM annotate_itemfacet WHERE project_id = %s "
            f"AND facet = f.facet AND item_id {beyond} %s ORDER BY item_id {order} LIMIT %s) AS x "
            f"ORDER BY item {order} LIMIT %s"
        )
        return source, [list(one.facets), one.values[0], edge, room, room]
    where = one.where.replace("= ANY(%s)", "= %s")
    values = [one.values[0], *one.facets] if one.facets else list(one.values)
    source = (
        f"SELECT DISTINCT {one.item} AS item FROM {one.table} WHERE {where} "  # noqa: S608
        f"AND {one.item} {beyond} %s ORDER BY item {order} LIMIT %s"
    )
    return source, [*values, edge, room]
