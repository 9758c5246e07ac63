"""What a project has of everything, from its counters: no number here costs more when it grows."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Sum
from django.db.models.functions import Trunc
from django.utils import timezone

from annotate.models import FinalSource, ItemCount, ItemStage, MinuteCount, Project, Worker

LATEST = 1000
"""A median over everything would sort everything."""
KINDS = (*ItemStage.values, *FinalSource.values)


def item_counts(projects: Sequence[int]) -> dict[int, dict[str, int]]:
    """By project, how many items are in each stage, and how many were settled by whom."""
    rows = (
        ItemCount.objects.filter(project__in=projects)
        .values_list("project")
        .annotate(*(Sum(kind) for kind in KINDS))
    )
    found = {project: dict(zip(KINDS, sums, strict=True)) for project, *sums in rows}
    return {project: found.get(project, dict.fromkeys(KINDS, 0)) for project in projects}


_ACTIVE = """
SELECT count(*) FROM annotate_worker w
 WHERE w.project_id = %(project)s AND w.judged_count > 0
   AND (SELECT j.created_at FROM annotate_judgment j WHERE j.worker_id = w.id
         ORDER BY j.id DESC LIMIT 1) > now() - interval '1 hour'
"""
_MEDIAN = """
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds)
  FROM (SELECT seconds FROM annotate_judgment WHERE project_id = %(project)s
         ORDER BY created_at DESC LIMIT %(latest)s) AS latest
"""


def crowd_counts(project: Project) -> dict[str, Any]:
    """Judgments in all, who was active in the last hour, and seconds a judgment."""
    judged = Worker.objects.filter(project=project).aggregate(sum=Sum("judged_count"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT ({_ACTIVE}), ({_MEDIAN})",
            {"project": project.pk, "latest": LATEST},
        )
        active, median = cursor.fetchone()
    return {
        "judgments": judged["sum"] or 0,
        "active_workers": active,
        "median_seconds": median,
    }


def last_hour(project: Project) -> dict[str, int]:
    """Judgments and adjudications of the last sixty minutes and the one that runs."""
    since = timezone.now().replace(second=0, microsecond=0) - timedelta(hours=1)
    rows = MinuteCount.objects.filter(project=project, minute__gte=since)
    found = rows.aggregate(judgments=Sum("judgments"), adjudications=Sum("adjudications"))
    return {kind: count or 0 for kind, count in found.items()}


def throughput(project: Project, bucket: str) -> list[dict[str, Any]]:
    """What was done in each of the last 24 hours, or in each of the last 30 minutes."""
    step, count = (timedelta(minutes=1), 30) if bucket == "minute" else (timedelta(hours=1), 24)
    now = timezone.now().replace(second=0, microsecond=0)
    end = now if bucket == "minute" else now.replace(minute=0)
    starts = [end - step * (count - 1 - index) for index in range(count)]
    rows = (
        MinuteCount.objects.filter(project=project, minute__gte=starts[0])
        .annotate(at=Trunc("minute", bucket))
        .values_list("at")
        .annotate(Sum("judgments"), Sum("adjudications"))
    )
    done: dict[datetime, tuple[int, int]] = {at: (crowd, expert) for at, crowd, expert in rows}
    return [
        {"at": at, "crowd": done.get(at, (0, 0))[0], "expert": done.get(at, (0, 0))[1]}
        for at in starts
    ]
