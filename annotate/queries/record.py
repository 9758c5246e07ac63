"""A worker's own record: gold in batches, rulings against own answers, and appeals."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F

from annotate.documents import in_force
from annotate.models import (
    Appeal,
    AppealState,
    AppealSubject,
    FinalLabel,
    Judgment,
    Project,
    Worker,
)
from annotate.queries.batches import BATCH, Batch, finished_batches
from annotate.queries.context import labels_of
from annotate.queries.footing import standing_of
from annotate.queries.skips import skipped_count
from labeling.gold import ALIKE, credit

MOST_SHOWN = 50
# Whoever has judged thousands of items has few that an expert decided: those are found from two
# indexes, before any row is read.
_RULED = """
WITH own AS MATERIALIZED (
    SELECT DISTINCT j.item_id FROM annotate_judgment j
     WHERE j.worker_id = %(worker)s
       AND j.item_id IN (SELECT f.item_id FROM annotate_finallabel f
                          WHERE f.project_id = %(project)s AND f.source = 'adjudication')
)
SELECT j.id
  FROM own JOIN annotate_item i ON i.id = own.item_id
  JOIN annotate_finallabel f ON f.id = i.final_label_id AND f.source = 'adjudication'
  JOIN annotate_judgment j ON j.worker_id = %(worker)s AND j.item_id = own.item_id
 WHERE NOT j.is_surplus
   AND NOT EXISTS (SELECT FROM annotate_judgment r WHERE r.replaces_id = j.id)
 ORDER BY f.id DESC LIMIT %(most)s
"""


@dataclass(frozen=True, kw_only=True)
class Overturned:
    """An own vote that an expert decided against."""

    judgment: Judgment
    ruling: FinalLabel


def overturned_of(worker: Worker, project: Project) -> list[Overturned]:
    """The newest own votes that rulings went against. Planted gold is no vote and never here."""
    schema = in_force(project).schema
    with connection.cursor() as cursor:
        values = {"worker": worker.pk, "project": project.pk, "most": MOST_SHOWN * 4}
        cursor.execute(_RULED, values)
        newest = [key for (key,) in cursor.fetchall()]
    votes = (
        Judgment.objects.filter(pk__in=newest)
        .select_related("item__final_label", "guideline")
        .order_by("-item__final_label_id")
    )
    found = []
    for vote in votes:
        ruling = vote.item.final_label
        if ruling is None:
            continue
        answer = labels_of(schema, vote.answer, vote.item.data)
        ruled = labels_of(schema, ruling.answer, vote.item.data)
        readable = {k: v for k, v in ruled.items() if k in answer or k not in vote.answer}
        shares = credit(answer, readable, schema.questions)
        if shares and min(shares.values()) < 1 - ALIKE:
            found.append(Overturned(judgment=vote, ruling=ruling))
    return found[:MOST_SHOWN]


def appealable(worker: Worker, project: Project) -> dict[tuple[str, UUID], int]:
    """The judgments a worker may appeal against: what the own record shows, and nothing else."""
    found = {
        (AppealSubject.RULING.value, one.judgment.assignment_id): one.judgment.pk
        for one in overturned_of(worker, project)
    }
    for batch in finished_batches(worker, project):
        for missed in batch.missed:
            found[AppealSubject.GOLD.value, missed.assignment] = missed.judgment
    return found


def record_of(worker: Worker, project: Project) -> dict[str, Any]:
    """All that a worker learns of the own work; pictures get their addresses at the door."""
    appeals = {
        appeal.judgment_id: _appeal(appeal) for appeal in Appeal.objects.filter(worker=worker)
    }
    overturned = overturned_of(worker, project)
    won = {key for key, appeal in appeals.items() if appeal["state"] == AppealState.UPHELD}
    return {
        "judged": worker.judged_count,
        "skipped": skipped_count(worker),
        "overturned": sum(one.judgment.pk not in won for one in overturned),
        "standing": standing_of(worker, project),
        "batch_size": BATCH,
        "batches": [_batch(batch, appeals) for batch in finished_batches(worker, project)],
        "rulings": [
            {
                "assignment": one.judgment.assignment_id,
                "at": one.ruling.created_at,
                "data": one.judgment.item.data,
                "answer": one.judgment.answer,
                "ruling": one.ruling.answer,
                "appeal": appeals.get(one.judgment.pk),
            }
            for one in overturned
        ],
        "appeals": list(appeals_of(worker)),
    }


def _batch(batch: Batch, appeals: dict[int, dict[str, Any]]) -> dict[str, Any]:
    return {
        "number": batch.number,
        "score": batch.score,
        "counted": len(batch.credits),
        "missed": [
            {
                "assignment": one.assignment,
                "at": one.at,
                "data": one.data,
                "answer": one.raw,
                "appeal": appeals.get(one.judgment),
            }
            for one in batch.missed
        ],
    }


def _appeal(appeal: Appeal) -> dict[str, Any]:
    return {"state": appeal.state, "reason": appeal.reason, "decision": appeal.decision}


def appeals_of(worker: Worker) -> Iterator[dict[str, Any]]:
    """A worker's own appeals, newest first; who decided them is not said."""
    rows = Appeal.objects.filter(worker=worker).annotate(of=F("judgment__assignment_id"))
    for row in rows.order_by("-pk")[:MOST_SHOWN]:
        yield {
            **_appeal(row),
            "assignment": row.of,
            "subject": row.subject,
            "made_at": row.created_at,
            "decided_at": row.decided_at,
        }
