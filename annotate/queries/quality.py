"""The short quality summary of a release: counts, agreement, and accuracy where gold is known."""

from typing import Any

from django.db import connection
from django.db.models import Count, F, Q

from annotate.models import FinalLabel, FinalSource, Item, ItemStage, Judgment, Project
from annotate.queries.agreement import agreement_now

_GOLD = """
SELECT key, count(*), count(*) FILTER (WHERE f.answer -> key = g.answer -> key)
  FROM annotate_goldlabel g
  JOIN annotate_item i ON i.id = g.item_id
  JOIN annotate_finallabel f ON f.id = i.final_label_id
 CROSS JOIN LATERAL jsonb_object_keys(g.answer) AS key
 WHERE i.project_id = %s GROUP BY key ORDER BY key
"""


def quality_of(project: Project) -> dict[str, Any]:
    """All shares are between 0 and 1. Accuracy is that of exactly equal labels."""
    settled = dict(
        FinalLabel.objects.filter(project=project, item__final_label=F("pk"))
        .values_list("source")
        .annotate(Count("id"))
    )
    counted = Judgment.objects.filter(
        project=project, is_surplus=False, replaced_by__isnull=True
    ).aggregate(all=Count("pk"), of_settled=Count("pk", filter=Q(item__final_label__isnull=False)))
    items = Item.objects.filter(project=project).exclude(stage=ItemStage.WITHDRAWN).count()
    total = sum(settled.values())
    return {
        "items": items,
        "settled": total,
        "settled_by": {source: settled.get(source, 0) for source in FinalSource.values},
        "judgments": counted["all"],
        "judgments_per_settled_item": round(counted["of_settled"] / total, 4) if total else None,
        "agreement": agreement_now(project),
        "accuracy_on_gold": _accuracy_on_gold(project),
    }


def _accuracy_on_gold(project: Project) -> dict[str, dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(_GOLD, [project.pk])
        rows = cursor.fetchall()
    return {
        question: {"items": count, "accuracy": round(right / count, 6)}
        for question, count, right in rows
    }
