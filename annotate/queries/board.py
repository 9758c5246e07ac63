"""The lead's board: progress by tier, throughput, agreement, disputes, the model's record.

Nothing here grows with the project: what is many is counted as it comes in, the items at once
and the rest by `services.count` within seconds.
"""

from typing import Any

from django.utils import timezone

from annotate.models import ExpertFigures, FinalSource, ItemStage, Project, Worker
from annotate.queries.agreement import board_agreement
from annotate.queries.counts import crowd_counts, item_counts, last_hour, throughput
from annotate.queries.experts import NOTHING_READ
from annotate.queries.held import held_counts
from annotate.queries.model_rest import rest_of
from annotate.queries.models import current_model
from annotate.queries.spending import bill_of

MOST_WORKERS = 50


def board_of(project: Project, *, bucket: str = "hour") -> dict[str, Any]:
    """All numbers of the board. `bucket` is "hour" (the last 24) or "minute" (the last 30)."""
    items = item_counts([project.pk])[project.pk]
    stages = {stage: items[stage] for stage in ItemStage.values}
    hour = last_hour(project)
    return {
        "items": {"total": sum(stages.values()), **stages},
        "tiers": {
            "crowd": {**crowd_counts(project), "last_hour": hour["judgments"]},
            "expert": {
                "adjudications": items["adjudication"],
                "waiting": stages["disputed"],
                "last_hour": hour["adjudications"],
            },
        },
        "throughput": throughput(project, bucket),
        "agreement": board_agreement(project),
        "settled_by": {source: items[source] for source in FinalSource.values},
        "model": current_model(project),
        "model_rest": rest_of(project),
        "workers": _workers(project),
        "experts": _experts(project),
        "held": held_counts(project),
        "bill": bill_of(project, stages),
        "updated_at": timezone.now(),
    }


def _workers(project: Project) -> list[dict[str, Any]]:
    rows = (
        Worker.objects.filter(project=project, judged_count__gt=0)
        .select_related("counted")
        .order_by("-judged_count")[:MOST_WORKERS]
    )
    return [
        {
            "pseudonym": row.pseudonym,
            "tier": "expert" if row.role == "expert" else "crowd",
            "judged": row.judged_count,
            "last_seen": row.last_seen_at,
            "agreement_with_final": _agreement_with_final(row),
        }
        for row in rows
    ]


def _agreement_with_final(worker: Worker) -> float | None:
    """The share of a worker's judgments on settled items that are the final label."""
    counted = getattr(worker, "counted", None)
    return counted.agreed / counted.compared if counted and counted.compared else None


def _experts(project: Project) -> dict[str, Any]:
    """As they were last read; before that there was nothing to read."""
    row = ExpertFigures.objects.filter(pk=project.pk).first()
    return NOTHING_READ if row is None else row.figures
