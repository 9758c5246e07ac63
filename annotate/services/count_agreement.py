"""The counters of agreement: moved on with the trail, and counted anew under another schema."""

import logging
from collections import Counter
from collections.abc import Iterable, Mapping

from django.db import connection, transaction

from annotate.documents import schema_version
from annotate.models import (
    ALL_ITEMS,
    AgreementCount,
    AgreementState,
    KappaCount,
    MinuteCount,
    TrailCursor,
)
from annotate.queries.agreement import (
    count_items,
    figures_json,
    items_after,
    kappa_of,
    stored_kappas,
    stored_tally,
    tables_of,
)
from labeling.agreement_counts import AgreementCounts, Measure
from labeling.agreement_tally import AgreementTally, Pair, Table, changed_table
from labeling.votes import JSON

logger = logging.getLogger(__name__)


def lock_cursor() -> TrailCursor | None:
    """The one row that says how far the trail is counted; None: somebody else is counting."""
    TrailCursor.objects.bulk_create([TrailCursor(pk=1)], ignore_conflicts=True)
    return TrailCursor.objects.select_for_update(skip_locked=True).first()


_BEHIND = """
SELECT p.id, p.guideline_id, s.guideline_id
  FROM annotate_project p LEFT JOIN annotate_agreementstate s ON s.project_id = p.id
 WHERE p.guideline_id IS NOT NULL AND s.guideline_id IS DISTINCT FROM p.guideline_id
"""


@transaction.atomic
def follow_guidelines() -> set[int]:
    """Start to count anew where another schema is in force; answers those projects."""
    if lock_cursor() is None:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_BEHIND)
        behind = cursor.fetchall()
    for project_id, now, was in behind:
        if was is not None and schema_version(was).questions == schema_version(now).questions:
            AgreementState.objects.filter(pk=project_id).update(guideline=now)
        else:
            _start_anew(project_id, now)
    return {project_id for project_id, _, _ in behind}


def _start_anew(project_id: int, guideline_id: int) -> None:
    """Forget a project's counters of agreement; its items are counted one after another."""
    AgreementCount.objects.filter(project=project_id).delete()
    KappaCount.objects.filter(project=project_id).delete()
    was_judged = MinuteCount.objects.filter(project=project_id, judgments__gt=0).exists()
    AgreementState.objects.update_or_create(
        project_id=project_id,
        defaults={"guideline_id": guideline_id, "counted_to": 0 if was_judged else ALL_ITEMS},
    )
    tally = AgreementTally(schema_version(guideline_id))
    _store(project_id, tally, tally.counts, {})


@transaction.atomic
def count_some_items() -> int | None:
    """Count the next items of a project that was started anew; None when there is none."""
    at = lock_cursor()
    state = AgreementState.objects.filter(counted_to__lt=ALL_ITEMS).order_by("pk").first()
    if at is None or state is None:
        return None
    items = items_after(state.project_id, state.counted_to)
    if move_items(state, items, before=0, after=at.last_judgment):
        last = items[-1] if items else ALL_ITEMS
        AgreementState.objects.filter(pk=state.pk).update(counted_to=last)
        AgreementCount.objects.filter(project=state.project_id).update(is_stale=True)
    return state.project_id


def move_items(state: AgreementState, items: list[int], *, before: int, after: int) -> bool:
    """Move items on from one cut-off to a later one, in the stored counters.

    Where the counters cannot be true the project is counted anew, and the answer is False.
    """
    if not items:
        return True
    try:
        tally = stored_tally(state)
        count_items(tally, items, before=before, after=after)
        tables = {key: _new_tables(state.project_id, tally, key) for key in tally.changed}
    except (KeyError, ValueError):
        logger.exception("the agreement of project %s is counted anew", state.project_id)
        _start_anew(state.project_id, state.guideline_id)
        return False
    _store(state.project_id, tally, tally.changed, tables)
    return True


def _new_tables(project_id: int, tally: AgreementTally, key: str) -> dict[Pair, Table]:
    changes = tally.pairs[key]
    known = tables_of(project_id, key, changes)
    return {
        pair: changed_table(known.get(pair, Counter()), change) for pair, change in changes.items()
    }


def _store(
    project_id: int,
    tally: AgreementTally,
    keys: Iterable[str],
    tables: Mapping[str, Mapping[Pair, Table]],
) -> None:
    AgreementCount.objects.bulk_create(
        [
            AgreementCount(project_id=project_id, question=key, counts=tally.counts[key].to_json())
            for key in sorted(keys)
        ],
        update_conflicts=True,
        unique_fields=["project", "question"],
        update_fields=["counts", "is_stale"],
    )
    for key, changed in tables.items():
        KappaCount.objects.bulk_create(
            [
                KappaCount(
                    project_id=project_id,
                    question=key,
                    one_id=pair.one,
                    other_id=pair.other,
                    table=_table_json(table),
                    items=table.total(),
                    kappa=kappa_of(table, tally.measures[key]),
                )
                for pair, table in sorted(changed.items())
            ],
            update_conflicts=True,
            unique_fields=["project", "question", "one", "other"],
            update_fields=["table", "items", "kappa"],
        )


def _table_json(table: Table) -> list[list[JSON]]:
    return sorted([*names, count] for names, count in table.items())


@transaction.atomic
def read_some_figures() -> int | None:
    """Read the figures of one question whose counters changed; None when there is none."""
    if lock_cursor() is None:
        return None
    row = AgreementCount.objects.filter(is_stale=True).order_by("pk").first()
    if row is None:
        return None
    state = AgreementState.objects.get(pk=row.project_id)
    try:
        measure = Measure(schema_version(state.guideline_id).question(row.question))
        counts = AgreementCounts.from_json(row.counts, measure)
    except (KeyError, ValueError):
        logger.exception("the agreement of project %s is counted anew", row.project_id)
        _start_anew(row.project_id, state.guideline_id)
        return row.project_id
    row.figures = figures_json(
        counts.figures(),
        stored_kappas(row.project_id, row.question),
        is_counting=state.counted_to < ALL_ITEMS,
    )
    row.is_stale = False
    row.save(update_fields=["figures", "is_stale"])
    return row.project_id
