"""What experts are good at, what they hold, and how far they agree."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import Now

from annotate.documents import in_force
from annotate.models import (
    Assignment,
    AssignmentState,
    Competence,
    Dispute,
    Item,
    ItemStage,
    Project,
    Purpose,
    Reading,
    ReadingStep,
    Role,
    Worker,
)
from labeling.expertise import advantages, ceiling_of
from labeling.problems import InvalidAnswer
from labeling.schema import LabelSchema
from labeling.votes import Answer

MOST_READINGS = 2000
"""The board counts the latest so many."""
CHUNK_ROWS = 1000

HELD = Q(
    assignments__purpose=Purpose.ADJUDICATE,
    assignments__state=AssignmentState.LEASED,
    assignments__expires_at__gt=Now(),
)


def count_held(expert: Worker) -> int:
    """How many disputes an expert holds now."""
    return Assignment.objects.filter(
        worker=expert,
        purpose=Purpose.ADJUDICATE,
        state=AssignmentState.LEASED,
        expires_at__gt=Now(),
        item__stage=ItemStage.DISPUTED,
    ).count()


def advantages_of(expert: Worker, project: Project) -> dict[str, float]:
    """By category, how much better than the others an expert is who could take a dispute now.

    Who holds as many as one may is no alternative, and does not count.
    """
    most = in_force(project).policy.experts.most_at_once
    free = list(
        Worker.objects.filter(project=project, is_active=True, role=Role.EXPERT)
        .exclude(pk=expert.pk)
        .annotate(held=Count("assignments", filter=HELD))
        .filter(held__lt=most)
        .values_list("pk", flat=True)
    )
    records: dict[int, dict[str, tuple[float, float]]] = defaultdict(dict)
    for row in Competence.objects.filter(worker__in=[expert.pk, *free]):
        records[row.worker_id][row.category] = (row.right, row.seen)
    return advantages(records[expert.pk], [records[other] for other in free])


def eligible_readers(item: Item, project: Project) -> dict[str, int]:
    """How many could still read a dispute, by role: nobody who judged, read or passed it on."""
    touched = Assignment.objects.filter(item=item).filter(
        ~Q(purpose=Purpose.ADJUDICATE)
        | Q(state__in=[AssignmentState.ANSWERED, AssignmentState.SKIPPED])
    )
    rows = (
        Worker.objects.filter(project=project, is_active=True, role__in=[Role.EXPERT, Role.LEAD])
        .exclude(pk__in=touched.values("worker"))
        .values_list("role")
        .annotate(Count("id"))
    )
    return dict(rows)


def experts_of(project: Project) -> dict[str, Any]:
    """For the board: how often the votes moved an expert, and how far experts agree."""
    latest = list(Reading.objects.filter(project=project).order_by("-pk")[:MOST_READINGS])
    steps = {(row.item_id, row.worker_id, row.step): row for row in latest}
    finals = [row for row in latest if row.step == ReadingStep.FINAL]
    revealed = [
        (blind, row)
        for row in finals
        if (blind := steps.get((row.item_id, row.worker_id, ReadingStep.BLIND)))
    ]
    changed = sum(blind.answer != row.answer for blind, row in revealed)
    return {
        "readings": len(finals),
        "blind": len(revealed) + sum(not row.saw_votes for row in finals),
        "revealed": len(revealed),
        "changed": changed,
        "change_rate": changed / len(revealed) if revealed else None,
        "ceiling": _ceiling(project, steps, finals),
        **_waiting(project),
    }


def _waiting(project: Project) -> dict[str, int]:
    overdue = timedelta(hours=in_force(project).policy.experts.overdue_hours)
    open_now = Dispute.objects.filter(project=project, item__stage=ItemStage.DISPUTED)
    counts: dict[str, int] = open_now.aggregate(
        waiting_for_second=Count(
            "pk", filter=Q(wanted__gt=1, item__readings__step=ReadingStep.FINAL), distinct=True
        ),
        waiting_for_lead=Count("pk", filter=Q(is_for_leads=True), distinct=True),
        overdue=Count("pk", filter=Q(opened_at__lt=Now() - overdue), distinct=True),
    )
    return counts


def _ceiling(
    project: Project, steps: dict[tuple[int, int, str], Reading], finals: list[Reading]
) -> dict[str, Any]:
    """Agreement of the first two readings of each item, as they were before the reveal."""
    if project.guideline_id is None:
        return {}
    read: dict[int, list[Reading]] = defaultdict(list)
    for row in sorted(finals, key=lambda final: final.pk):
        first = steps.get((row.item_id, row.worker_id, ReadingStep.BLIND), row)
        if not first.saw_votes:
            read[row.item_id].append(first)
    twice = {item: rows[:2] for item, rows in read.items() if len(rows) > 1}
    schema = in_force(project).schema
    items = Item.objects.in_bulk(list(twice))
    return ceiling_of(schema, (_answers(schema, items[key], rows) for key, rows in twice.items()))


def _answers(schema: LabelSchema, item: Item, rows: list[Reading]) -> list[Answer]:
    facts = schema.facts_of(item.data)
    try:
        return [schema.parse_answer(row.answer, facts) for row in rows]
    except InvalidAnswer:
        return []  # said under an older guideline


def adjudication_rows(
    project: Project, names: dict[int, str], *, cut_off: datetime | None = None
) -> Iterator[dict[str, Any]]:
    """Every final reading with the blind answer before it; `names` by worker.

    A release shows the moment of its transaction; who holds none names a cut-off.
    """
    readings = Reading.objects.filter(project=project)
    if cut_off is not None:
        readings = readings.filter(created_at__lte=cut_off)
    rows = (
        readings.filter(step=ReadingStep.FINAL)
        .select_related("item", "guideline")
        .order_by("item_id", "pk")
    )
    blind = {(row.item_id, row.worker_id): row for row in readings.filter(step=ReadingStep.BLIND)}
    for row in rows.iterator(chunk_size=CHUNK_ROWS):
        before = blind.get((row.item_id, row.worker_id))
        yield {
            "item": row.item_id,
            "external_id": row.item.external_id,
            "expert": names[row.worker_id],
            "blind_answer": before.answer if before else None if row.saw_votes else row.answer,
            "revealed_at": before.created_at if before else None,
            "answer": row.answer,
            "changed": before is not None and before.answer != row.answer,
            "saw_votes": row.saw_votes,
            "adopted": row.adopted,
            "reason": row.rationale,
            "outcome": row.outcome,
            "guideline": row.guideline.version,
            "created_at": row.created_at,
        }
