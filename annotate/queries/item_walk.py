"""The statements that walk the items of a filter in their order: a page costs the same whatever is
asked, and however large the project is.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from annotate.prepared import Prepared, Read, texts
from annotate.queries.item_filter import Condition

MOST_LOOKED_AT = 1000
MOST_NEAR = 2000
FEWEST_NEAR = 50
"""Words that more of so many items have are common."""
USUAL_LIMIT = 50
"""Rows of a page when nobody says: its statements stay prepared. The limit stands in them, since
a plan for any limit would be one that sorts."""


class Asked(NamedTuple):
    """The beginning of a statement: `k` is what is wanted, `s` how many were looked at for it."""

    sql: str
    values: list[Any]
    room: int
    is_kept: bool
    """One of few shapes, and of a plan that suits all values: it stays prepared."""

    def rows(self, then: str, columns: Sequence[Read]) -> list[tuple[Any, ...]]:
        sql = self.sql + then
        name = f"page_{sha256(sql.encode()).hexdigest()[:24]}" if self.is_kept else ""
        return Prepared(name, sql, columns).all(*self.values)


class Edges(NamedTuple):
    """Where a page begins, and how long it is."""

    edge: int
    limit: int
    is_back: bool

    @property
    def order(self) -> str:
        return "DESC" if self.is_back else "ASC"

    @property
    def beyond(self) -> str:
        return "<" if self.is_back else ">"


def ask(
    project_id: int,
    conditions: Sequence[Condition],
    edges: Edges,
    read: str,
    columns: Sequence[Read],
    *,
    most: int | None = None,
) -> tuple[list[tuple[Any, ...]], int]:
    """What `read` says of `s` and `k`: first how many were looked at, the last one, and an item of
    the page. With it, how many may be looked at."""
    driver, *others = _by_size(project_id, conditions)
    if driver.table == "annotate_itemtext" and not others:
        # The index of words has no order: it gives all that match, a million of a common word. So
        # the next items are looked at first; common words are found among them.
        near = _near(driver, edges)
        rows = near.rows(read, columns)
        found = sum(row[2] is not None for row in rows)
        if found > min(edges.limit, FEWEST_NEAR) or rows[0][0] < near.room:
            return rows, near.room
    asked = _asked(driver, others, edges, most or MOST_LOOKED_AT)
    return asked.rows(read, columns), asked.room


def _asked(driver: Condition, others: Sequence[Condition], edges: Edges, most: int) -> Asked:
    limit, order = edges.limit, edges.order
    room = max(most, limit + 1) if others else limit + 1
    values: list[Any] = []
    source = _in_order(driver, edges, room, values)
    # OFFSET keeps them what they are, look-ups by key: as a join, words that a million items have
    # would be gathered first.
    checks = [
        f"EXISTS (SELECT FROM {o.table} WHERE {_numbered(o.where, o.values, values)} "
        f"AND {o.item} = c.item OFFSET 0)"
        for o in others
    ]
    end = "min" if edges.is_back else "max"
    statement = (
        f"WITH c AS MATERIALIZED ({source}), "  # noqa: S608
        f"s AS (SELECT count(*) AS looked_at, {end}(item) AS last FROM c), "
        f"k AS MATERIALIZED (SELECT item FROM c WHERE {' AND '.join(checks) or 'true'} "
        f"ORDER BY item {order} LIMIT {limit + 1})"
    )
    # The plan of words hangs on the very words, that of several conditions on how they meet.
    is_kept = not others and limit == USUAL_LIMIT and driver.table != "annotate_itemtext"
    return Asked(statement, values, room, is_kept)


def _near(text: Condition, edges: Edges) -> Asked:
    """The next items of the project, with those among them that have the words.

    The project is asked for as a range: as a constant it would let the planner walk the items of
    all projects in their order, and leave most of them out.
    """
    project, words = text.values
    order, end = edges.order, "min" if edges.is_back else "max"
    statement = (
        f"WITH n AS MATERIALIZED (SELECT item_id AS item, words @@ $2::tsquery AS is_it "  # noqa: S608
        f"FROM annotate_itemtext WHERE project_id BETWEEN $1 AND $1 "
        f"AND (project_id, item_id) {edges.beyond} ($1, $3) "
        f"ORDER BY project_id {order}, item_id {order} LIMIT {MOST_NEAR}), "
        f"s AS (SELECT count(*) AS looked_at, {end}(item) AS last FROM n), "
        f"k AS MATERIALIZED (SELECT item FROM n WHERE is_it "
        f"ORDER BY item {order} LIMIT {edges.limit + 1})"
    )
    is_kept = edges.limit == USUAL_LIMIT
    return Asked(statement, [project, words, edges.edge], MOST_NEAR, is_kept)


def _numbered(where: str, new: Sequence[Any], values: list[Any]) -> str:
    """A condition with `$n` for its values, which are added to `values`."""
    for value in new:
        values.append(value if isinstance(value, int | str) else texts(value))
        where = where.replace("%s", f"${len(values)}", 1)
    return where


def _by_size(project_id: int, conditions: Sequence[Condition]) -> list[Condition]:
    """The conditions, that of the fewest items first; counted no further than needed."""
    if not conditions:
        return [_all_items(project_id)]
    if len(conditions) == 1:
        return list(conditions)
    values: list[Any] = []
    parts = [_size(one, _numbered(one.where, one.values, values)) for one in conditions]
    sizes = Prepared("", "SELECT " + ", ".join(parts), (int,) * len(parts)).one(*values)
    sized = sorted(zip(sizes, range(len(sizes)), conditions, strict=True))
    first = [_all_items(project_id)] if sized[0][0] > MOST_LOOKED_AT else []
    return first + [one for _, _, one in sized]


def _size(one: Condition, where: str) -> str:
    """The statement that counts a condition, up to MOST_LOOKED_AT; common words are one more."""
    count = (
        f"(SELECT count(*) FROM (SELECT FROM {one.table} WHERE {where} "  # noqa: S608
        f"LIMIT {MOST_LOOKED_AT}) AS x)"
    )
    if one.table != "annotate_itemtext":
        return count
    project, words = where.removeprefix("project_id = ").split(" AND ")
    near = (
        f"(SELECT count(*) FROM (SELECT words FROM annotate_itemtext "  # noqa: S608
        f"WHERE project_id BETWEEN {project} AND {project} "
        f"ORDER BY project_id, item_id LIMIT {MOST_NEAR}) AS x WHERE {words})"
    )
    return f"CASE WHEN {near} > {FEWEST_NEAR} THEN {MOST_LOOKED_AT + 1} ELSE {count} END"


def _all_items(project_id: int) -> Condition:
    return Condition("annotate_item", "id", "project_id = %s", (project_id,))


def _in_order(one: Condition, edges: Edges, room: int, values: list[Any]) -> str:
    """The statement that gives `room` items of a condition beyond the edge, each once."""
    order, beyond, edge = edges.order, edges.beyond, edges.edge
    if len(one.facets) > 1:
        # Each facet has its order: so many of each, then of all.
        values += [texts(one.facets), one.values[0], edge]
        return (
            f"SELECT DISTINCT x.item_id AS item FROM unnest($1::text[]) AS f (facet) "  # noqa: S608
            f"CROSS JOIN LATERAL (SELECT item_id FROM annotate_itemfacet WHERE project_id = $2 "
            f"AND facet = f.facet AND item_id {beyond} $3 ORDER BY item_id {order} "
            f"LIMIT {room}) AS x ORDER BY item {order} LIMIT {room}"
        )
    where, known = one.where, one.values
    if one.facets:
        where, known = where.replace("= ANY(%s)", "= %s"), (one.values[0], *one.facets)
    where = _numbered(where, known, values)
    values.append(edge)
    # Items are unique among items, and those of one facet, too: there is nothing to be made so.
    is_unique = one.table in {"annotate_item", "annotate_itemtext"} or bool(one.facets)
    once = "" if is_unique else "DISTINCT"
    return (
        f"SELECT {once} {one.item} AS item FROM {one.table} WHERE {where} "  # noqa: S608
        f"AND {one.item} {beyond} ${len(values)} ORDER BY item {order} LIMIT {room}"
    )
