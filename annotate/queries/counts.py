"""What a project has of everything, from its counters: no number here costs more when it grows."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from django.utils import timezone

from annotate.models import FinalSource, ItemStage, Project
from annotate.prepared import Prepared, moment

LATEST = 1000
"""A median over everything would sort everything."""
KINDS = (*ItemStage.values, *FinalSource.values)
_PER_PROJECT: Final = Prepared(
    "item_counts",
    f"""
    SELECT project_id, {", ".join(f"sum({kind})" for kind in KINDS)}
      FROM annotate_itemcount WHERE project_id = ANY($1::bigint[]) GROUP BY project_id
    """,  # noqa: S608 - the names are fixed
    (int,) * (1 + len(KINDS)),
)


def item_counts(projects: Sequence[int]) -> dict[int, dict[str, int]]:
    """By project, how many items are in each stage, and how many were settled by whom."""
    asked = f"{{{','.join(map(str, projects))}}}"
    found = {
        project: dict(zip(KINDS, sums, strict=True)) for project, *sums in _PER_PROJECT.all(asked)
    }
    return {project: found.get(project, dict.fromkeys(KINDS, 0)) for project in projects}


_CROWD: Final = Prepared(
    "crowd_counts",
    """
    SELECT (SELECT coalesce(sum(judged_count), 0) FROM annotate_worker WHERE project_id = $1),
           (SELECT count(*) FROM annotate_worker w
             WHERE w.project_id = $1 AND w.judged_count > 0
               AND (SELECT j.created_at FROM annotate_judgment j WHERE j.worker_id = w.id
                     ORDER BY j.id DESC LIMIT 1) > now() - interval '1 hour'),
           (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds)
              FROM (SELECT seconds FROM annotate_judgment WHERE project_id = $1
                     ORDER BY created_at DESC LIMIT $2) AS latest)
    """,
    (int, int, float),
)


def crowd_counts(project: Project) -> dict[str, Any]:
    """Judgments in all, who was active in the last hour, and seconds a judgment."""
    judgments, active, median = _CROWD.one(project.pk, LATEST)
    return {"judgments": judgments, "active_workers": active, "median_seconds": median}


_SINCE: Final = Prepared(
    "work_since",
    """
    SELECT date_trunc($2, minute) AS at, sum(judgments), sum(adjudications)
      FROM annotate_minutecount WHERE project_id = $1 AND minute >= $3 GROUP BY at
    """,
    (moment, int, int),
)
_LAST_HOUR: Final = Prepared(
    "work_of_the_last_hour",
    """
    SELECT coalesce(sum(judgments), 0), coalesce(sum(adjudications), 0)
      FROM annotate_minutecount
     WHERE project_id = $1 AND minute >= date_trunc('minute', now()) - interval '1 hour'
    """,
    (int, int),
)


def last_hour(project: Project) -> dict[str, int]:
    """Judgments and adjudications of the last sixty minutes and the one that runs."""
    judgments, adjudications = _LAST_HOUR.one(project.pk)
    return {"judgments": judgments, "adjudications": adjudications}


def throughput(project: Project, bucket: str) -> list[dict[str, Any]]:
    """What was done in each of the last 24 hours, or in each of the last 30 minutes."""
    step, count = (timedelta(minutes=1), 30) if bucket == "minute" else (timedelta(hours=1), 24)
    now = timezone.now().replace(second=0, microsecond=0)
    end = now if bucket == "minute" else now.replace(minute=0)
    starts = [end - step * (count - 1 - index) for index in range(count)]
    rows = _SINCE.all(project.pk, bucket, starts[0])
    done = {at: (crowd, expert) for at, crowd, expert in rows}
    return [
        {"at": at, "crowd": done.get(at, (0, 0))[0], "expert": done.get(at, (0, 0))[1]}
        for at in starts
    ]
