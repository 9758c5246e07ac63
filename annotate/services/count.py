"""Count what was added to the trail, in the background: a submit writes no such counter.

Judgments and final labels are append-only. One row says up to which ids they are counted, and a
transaction that counts more moves it: so each is counted once, however often this is killed. No
submit waits for it; it waits for those that may still write a lower id.
"""

import time
from collections import defaultdict
from typing import NamedTuple

from django.db import connection, transaction

from annotate.announce import announce
from annotate.models import AgreementState, TrailCursor
from annotate.services.count_agreement import (
    count_some_items,
    follow_guidelines,
    lock_cursor,
    move_items,
    read_some_figures,
)
from annotate.services.count_experts import read_experts

BATCH_ROWS = 4000
MOST_SECONDS = 20.0
"""After so long the rest is left for the next time, so that screens see figures meanwhile."""
WAIT = "10 seconds"
MOST_CHANGES = 16
"""A project's item counts become one row again when they are more than so many."""


class CutOff(NamedTuple):
    """The last judgment, final label and prediction of a part of the trail."""

    judgment: int
    final: int
    prediction: int

    @classmethod
    def of(cls, cursor: TrailCursor) -> "CutOff":
        return cls(cursor.last_judgment, cursor.last_final, cursor.last_prediction)


def count_trail() -> set[int]:
    """Bring all counters up to date. Answers the projects whose board has changed.

    May run twice at once: the second one finds the cursor locked and leaves.
    """
    until = time.monotonic() + MOST_SECONDS
    end = _complete_trail()
    seen = follow_guidelines()
    while end is not None and time.monotonic() < until and (part := _count_batch(end)) is not None:
        seen |= part
    while time.monotonic() < until and (project_id := count_some_items()):
        seen.add(project_id)
    while time.monotonic() < until and (project_id := read_some_figures()):
        seen.add(project_id)
    _sum_up_items()
    seen |= read_experts()
    for project_id in seen:
        announce(project_id, "board")
    return seen


_COMPLETE = """
SELECT complete_to('annotate_judgment', %(wait)s::interval),
       complete_to('annotate_finallabel', %(wait)s::interval),
       complete_to('annotate_prediction', %(wait)s::interval)
"""


def _complete_trail() -> CutOff | None:
    """The part of the trail to which nothing can come any more; None: ask again later."""
    with connection.cursor() as cursor:
        cursor.execute(_COMPLETE, {"wait": WAIT})
        ends = cursor.fetchone()
    return None if None in ends else CutOff(*ends)


_BATCH = """
SELECT max(id), count(*)
  FROM (SELECT id FROM {table} WHERE id > %s AND id <= %s ORDER BY id LIMIT %s) AS batch
"""


def _next_cut_off(at: CutOff, end: CutOff) -> CutOff:
    """At most BATCH_ROWS rows further in each part of the trail."""
    ends = []
    with connection.cursor() as cursor:
        for table, after, last in zip(_TABLES, at, end, strict=True):
            cursor.execute(_BATCH.format(table=table), [after, last, BATCH_ROWS])
            found, rows = cursor.fetchone()
            ends.append(found if rows == BATCH_ROWS else max(after, last))
    return CutOff(*ends)


_TABLES = ("annotate_judgment", "annotate_finallabel", "annotate_prediction")
_MINUTES = """
INSERT INTO annotate_minutecount AS c (project_id, minute, judgments, adjudications)
SELECT project, minute, judgments, adjudications FROM minutes_between(%s, %s, %s, %s)
ON CONFLICT (project_id, minute) DO UPDATE
   SET judgments = c.judgments + excluded.judgments,
       adjudications = c.adjudications + excluded.adjudications
RETURNING project_id
"""
_TOUCHED = """
SELECT DISTINCT project_id, item_id FROM annotate_judgment
 WHERE id > %s AND id <= %s AND NOT is_surplus
"""


@transaction.atomic
def _count_batch(end: CutOff) -> set[int] | None:
    """Count the next part of the trail; answers its projects, None when there is none."""
    cursor_row = lock_cursor()
    if cursor_row is None:
        return None
    at = CutOff.of(cursor_row)
    to = _next_cut_off(at, end)
    if to == at:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_MINUTES, [at.judgment, to.judgment, at.final, to.final])
        seen = {project for (project,) in cursor.fetchall()}
    _compare_workers([at.judgment, to.judgment, at.final, to.final])
    _compare_models([at.prediction, to.prediction, at.final, to.final])
    _count_agreement(at.judgment, to.judgment)
    TrailCursor.objects.update(
        last_judgment=to.judgment, last_final=to.final, last_prediction=to.prediction
    )
    return seen


def _compare_workers(part: list[int]) -> None:
    """Add how often what workers last said is the final label."""
    _add("SELECT * FROM comparisons_between(%s, %s, %s, %s)", "workercount", "worker_id", part)


def _compare_models(part: list[int]) -> None:
    """Add how often what a model said, before the item was decided, is the final label."""
    _add("SELECT * FROM acceptances_between(%s, %s, %s, %s)", "modelcount", "model_id", part)


def _add(query: str, table: str, key: str, part: list[int]) -> None:
    """Add rows of (key, compared, agreed), which may be less than nothing, to a table of sums."""
    with connection.cursor() as cursor:
        cursor.execute(query, part)
        columns = [list(column) for column in zip(*cursor.fetchall(), strict=True)]
        if not columns:
            return
        cursor.execute(
            f"INSERT INTO annotate_{table} ({key}) SELECT unnest(%s::bigint[]) "
            "ON CONFLICT DO NOTHING",
            columns[:1],
        )
        cursor.execute(
            f"UPDATE annotate_{table} AS c "  # noqa: S608 - our own names
            "SET compared = c.compared + d.compared, agreed = c.agreed + d.agreed "
            "FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS d (id, compared, agreed) "
            f"WHERE c.{key} = d.id",
            columns,
        )


def _count_agreement(before: int, after: int) -> None:
    touched: dict[int, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED, [before, after])
        for project, item in cursor.fetchall():
            touched[project].append(item)
    for state in AgreementState.objects.filter(project__in=touched):
        items = [item for item in touched[state.project_id] if item <= state.counted_to]
        move_items(state, items, before=before, after=after)


_SUM_UP = """
WITH many AS (
    SELECT project_id FROM annotate_itemcount GROUP BY project_id HAVING count(*) > %s
), gone AS (
    DELETE FROM annotate_itemcount c USING many m WHERE c.project_id = m.project_id
    RETURNING c.*
)
INSERT INTO annotate_itemcount
       (project_id, "new", "open", disputed, held, settled, withdrawn, consensus, adjudication,
        auto_accept, spread)
SELECT project_id, sum("new"), sum("open"), sum(disputed), sum(held), sum(settled), sum(withdrawn),
       sum(consensus), sum(adjudication), sum(auto_accept), sum(spread)
  FROM gone GROUP BY project_id
"""


def _sum_up_items() -> None:
    """Replace the changes of a project's item counts by their sum. Two at once do no harm:
    who comes second finds the rows gone.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SUM_UP, [MOST_CHANGES])
