"""The lead's board: progress by tier, throughput, agreement, disputes, the model's record."""

import random
import time
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from django.db import connection
from django.db.models import Count, F, Sum
from django.db.models.functions import Now, Trunc
from django.utils import timezone

from annotate.documents import schema_version
from annotate.models import (
    FinalLabel,
    FinalSource,
    Item,
    ItemStage,
    Judgment,
    Project,
    Worker,
)
from annotate.queries.disputes import counted_judgments
from annotate.queries.experts import experts_of
from annotate.queries.models import current_model
from labeling.agreement import bootstrap_interval, krippendorff_alpha, observed_agreement
from labeling.agreement_counts import Measure, count_items
from labeling.label_types import LABEL_TYPES
from labeling.label_types.base import Level
from labeling.questions import Question
from labeling.schema import LabelSchema

MOST_ITEMS = 500
"""Agreement on the board is that of the latest items with two judgments or more."""
PAGE_ITEMS = 1000
REMEMBER_SECONDS = 5
MOST_WORKERS = 50


def board_of(project: Project, *, bucket: str = "hour") -> dict[str, Any]:
    """All numbers of the board. `bucket` is "hour" (the last 24) or "minute" (the last 30)."""
    stages = _stages(project)
    final = dict(
        FinalLabel.objects.filter(project=project, replaced_by__isnull=True)
        .values_list("source")
        .annotate(Count("id"))
    )
    return {
        "items": {"total": sum(stages.values()), **stages},
        "tiers": {
            "crowd": _crowd(project),
            "expert": {
                "adjudications": final.get(FinalSource.ADJUDICATION, 0),
                "waiting": stages["disputed"],
                "last_hour": FinalLabel.objects.filter(
                    project=project,
                    source=FinalSource.ADJUDICATION,
                    created_at__gt=Now() - timedelta(hours=1),
                ).count(),
            },
        },
        "throughput": _throughput(project, bucket),
        "agreement": _remembered_agreement(project),
        "settled_by": {
            "consensus": final.get(FinalSource.CONSENSUS, 0),
            "adjudication": final.get(FinalSource.ADJUDICATION, 0),
        },
        "model": current_model(project),
        "workers": _workers(project),
        "experts": experts_of(project),
        "updated_at": timezone.now(),
    }


def _stages(project: Project) -> dict[str, int]:
    counts = dict(Item.objects.filter(project=project).values_list("stage").annotate(Count("id")))
    return {stage: counts.get(stage, 0) for stage in ItemStage.values}


def _crowd(project: Project) -> dict[str, Any]:
    hour_ago = Now() - timedelta(hours=1)
    recent = Judgment.objects.filter(project=project, created_at__gt=hour_ago)
    facts = recent.aggregate(n=Count("id"), people=Count("worker", distinct=True))
    with connection.cursor() as cursor:
        # Of the latest thousand: a median over everything would sort everything.
        cursor.execute(
            "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FROM ("
            "SELECT seconds FROM annotate_judgment WHERE project_id = %s "
            "ORDER BY created_at DESC LIMIT 1000) AS latest",
            [project.pk],
        )
        median = cursor.fetchone()[0]
    judged = Worker.objects.filter(project=project).aggregate(sum=Sum("judged_count"))
    return {
        "judgments": judged["sum"] or 0,
        "active_workers": facts["people"],
        "last_hour": facts["n"],
        "median_seconds": median,
    }


def _throughput(project: Project, bucket: str) -> list[dict[str, Any]]:
    step, count = (timedelta(minutes=1), 30) if bucket == "minute" else (timedelta(hours=1), 24)
    now = timezone.now().replace(second=0, microsecond=0)
    end = now if bucket == "minute" else now.replace(minute=0)
    begin = end - step * (count - 1)
    judged = _per_bucket(Judgment.objects.filter(project=project), begin, bucket)
    decided = _per_bucket(
        FinalLabel.objects.filter(project=project, source=FinalSource.ADJUDICATION),
        begin,
        bucket,
    )
    starts = [begin + step * index for index in range(count)]
    return [{"at": at, "crowd": judged.get(at, 0), "expert": decided.get(at, 0)} for at in starts]


def _per_bucket(rows: Any, begin: datetime, bucket: str) -> dict[datetime, int]:
    counted = (
        rows.filter(created_at__gte=begin)
        .annotate(at=Trunc("created_at", bucket))
        .values_list("at")
        .annotate(n=Count("id"))
    )
    return dict(counted)


def _workers(project: Project) -> list[dict[str, Any]]:
    rows = Worker.objects.filter(project=project, judged_count__gt=0).order_by("-judged_count")[
        :MOST_WORKERS
    ]
    agreed = _agreement_with_final(project, [row.pk for row in rows])
    return [
        {
            "pseudonym": row.pseudonym,
            "tier": "expert" if row.role == "expert" else "crowd",
            "judged": row.judged_count,
            "last_seen": row.last_seen_at,
            "agreement_with_final": agreed.get(row.pk),
        }
        for row in rows
    ]


def _agreement_with_final(project: Project, workers: list[int]) -> dict[int, float]:
    """Share of the latest judgments on settled items that are the final label, by worker."""
    latest = (
        Judgment.objects.filter(project=project, worker__in=workers, item__stage=ItemStage.SETTLED)
        .order_by("-created_at")
        .values("worker", "answer", final=F("item__final_label__answer"))[:5000]
    )
    seen: dict[int, list[bool]] = {}
    for row in latest:
        seen.setdefault(row["worker"], []).append(row["answer"] == row["final"])
    return {worker: sum(same) / len(same) for worker, same in seen.items()}


_memory: dict[int, tuple[float, dict[str, Any]]] = {}
_memory_lock = Lock()


def _remembered_agreement(project: Project) -> dict[str, Any]:
    """Agreement, computed at most every few seconds however many screens ask."""
    with _memory_lock:
        known = _memory.get(project.pk)
        if known and time.monotonic() - known[0] < REMEMBER_SECONDS:
            return known[1]
        found = agreement_of_project(project, most=MOST_ITEMS)
        _memory[project.pk] = (time.monotonic(), found)
        return found


def agreement_of_project(project: Project, *, most: int | None) -> dict[str, Any]:
    """Observed agreement and Krippendorff's alpha of each question, with its interval.

    Over the `most` latest items with two judgments or more, or over all of them.
    """
    if project.guideline_id is None:
        return {}
    schema = schema_version(project.guideline_id)
    items = list(Item.objects.filter(project=project, judged__gte=2).order_by("-id")[:most])
    answers = [
        counted.answers
        for at in range(0, len(items), PAGE_ITEMS)
        for counted in counted_judgments(schema, items[at : at + PAGE_ITEMS]).values()
    ]
    return {
        question.id: question_agreement(
            schema,
            question.id,
            [[a[question.id] for a in unit if question.id in a] for unit in answers],
        )
        for question in schema.questions
    }


def question_agreement(
    schema: LabelSchema, question_id: str, units: list[list[Any]]
) -> dict[str, Any]:
    """`low` and `high` bound alpha with 95 % by a bootstrap over items."""
    question = schema.question(question_id)
    label_type = LABEL_TYPES[question.type]

    def distance(a: Any, b: Any) -> float:
        return label_type.distance(a, b, question)

    if label_type.level is Level.INTERVAL:
        return _agreement_of_numbers(question, units)
    comparable = [unit for unit in units if len(unit) >= 2]
    alpha = krippendorff_alpha(comparable, distance) if comparable else None
    interval = (
        bootstrap_interval(comparable, distance, rng=random.Random(0)) if comparable else None  # noqa: S311
    )
    observed = observed_agreement(comparable, distance) if comparable else None
    return {
        "observed": None if observed is None else float(observed),
        "alpha": None if alpha is None else float(alpha),
        "low": None if interval is None else float(interval[0]),
        "high": None if interval is None else float(interval[1]),
        "items": len(comparable),
        "metric": f"krippendorff_{label_type.level.value}",
    }


def _agreement_of_numbers(question: Question, units: list[list[Any]]) -> dict[str, Any]:
    """The same by sums: numbers have as many values as there are labels, and squares of pairs."""
    numbered = ((str(at), unit) for at, unit in enumerate(units))
    figures = count_items(numbered, Measure(question)).figures()
    low, high = figures.alpha_interval or (None, None)
    return {
        "observed": None if figures.observed is None else float(figures.observed),
        "alpha": None if figures.alpha is None else float(figures.alpha),
        "low": low,
        "high": high,
        "items": figures.items,
        "metric": figures.metric,
    }
