"""The lead's board: progress by tier, throughput, agreement, disputes, the model's record.

Nothing here grows with the project: what is many is counted as it comes in, the items at once
and the rest by `services.count` within seconds.
"""

from typing import Any, Final

from django.utils import timezone

from annotate.models import FinalSource, ItemStage, Project
from annotate.prepared import Prepared, json, moment, text
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


_WORKERS: Final = Prepared(
    "board_workers",
    """
    SELECT w.pseudonym, w.role, w.judged_count, w.last_seen_at,
           c.agreed::float / nullif(c.compared, 0)
      FROM annotate_worker w LEFT JOIN annotate_workercount c ON c.worker_id = w.id
     WHERE w.project_id = $1 AND w.judged_count > 0
     ORDER BY w.judged_count DESC LIMIT $2
    """,
    (text, text, int, moment, float),
)


def _workers(project: Project) -> list[dict[str, Any]]:
    """Who judged most; `agreement_with_final` is the share of a worker's judgments on settled
    items that are the final label."""
    return [
        {
            "pseudonym": pseudonym,
            "tier": "expert" if role == "expert" else "crowd",
            "judged": judged,
            "last_seen": last_seen,
            "agreement_with_final": agreement,
        }
        for pseudonym, role, judged, last_seen, agreement in _WORKERS.all(project.pk, MOST_WORKERS)
    ]


_EXPERTS: Final = Prepared(
    "board_experts", "SELECT figures FROM annotate_expertfigures WHERE project_id = $1", (json,)
)


def _experts(project: Project) -> dict[str, Any]:
    """As they were last read; before that there was nothing to read."""
    row = _EXPERTS.first(project.pk)
    return NOTHING_READ if row is None else row[0]
