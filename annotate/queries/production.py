"""What a project's production looks like: its rules, its counts, its drift, its cases.

Counts are sums of one row a day; nothing here grows with the items or the predictions.
"""

from typing import Any

from django.db.models import QuerySet, Sum
from django.utils import timezone

from annotate.documents import schema_version
from annotate.models import (
    ApiToken,
    CaseProgress,
    DriftCheck,
    ModelVersion,
    ProductionCase,
    ProductionCount,
    ProductionRules,
    Project,
)
from annotate.queries.asks import is_answered_here
from annotate.queries.calibrated import is_calibrated_number
from annotate.queries.items import preview_of
from annotate.queries.models import served_questions

COUNTS = (
    *("predicted", "refused", "late"),
    *("received", "duplicates", "counted", "capped"),
    *("corrected", "uncertain", "drifting", "random", "opened_by_drift"),
    *("labelled", "refuted", "released", "retrained", "fixed"),
)
FUNNEL = ("corrected", "labelled", "refuted", "released", "retrained", "fixed")
RULES = ("uncertain_below", "random_share", "most_a_day", "drift_most_a_day")
DAYS = 14


def rules_of(project: Project) -> ProductionRules:
    """As the lead set them, else the defaults; an unsaved row then."""
    found = ProductionRules.objects.filter(project=project).first()
    return found or ProductionRules(project=project)


def rules_json(rules: ProductionRules) -> dict[str, Any]:
    return {name: getattr(rules, name) for name in RULES}


def counts_of(project: Project) -> dict[str, int]:
    """Everything that was ever counted, by name."""
    sums = ProductionCount.objects.filter(project=project).aggregate(
        **{name: Sum(name, default=0) for name in COUNTS}
    )
    return {name: int(sums[name]) for name in COUNTS}


def opened_today(project: Project) -> dict[str, int]:
    """How many items were made today (UTC), by feedback and by the rule on drift."""
    today = ProductionCount.objects.filter(project=project, day=timezone.now().date()).first()
    if today is None:
        return {"feedback": 0, "drift": 0}
    made = today.corrected + today.uncertain + today.drifting + today.random
    return {"feedback": made, "drift": today.opened_by_drift}


def latest_checks(project: Project) -> dict[str, DriftCheck]:
    """The newest comparison of each question of the guideline in force."""
    if project.guideline_id is None:
        return {}
    found = {}
    for question in served_questions(schema_version(project.guideline_id)):
        checks = DriftCheck.objects.filter(project=project, question=question.id)
        check = checks.order_by("-pk").first()
        if check is not None:
            found[question.id] = check
    return found


def production_of(project: Project) -> dict[str, Any]:
    """All that the lead's page shows but the list of cases."""
    counts = counts_of(project)
    titles = (
        {q.id: q.title for q in schema_version(project.guideline_id).questions}
        if project.guideline_id
        else {}
    )
    return {
        "has_model": ModelVersion.objects.filter(project=project).exists(),
        "is_answered": is_answered_here(),
        "applications": live_applications(project).count(),
        "rules": rules_json(rules_of(project)),
        "opened_today": opened_today(project),
        "counts": counts,
        "funnel": [{"step": step, "count": counts[step]} for step in FUNNEL],
        "drift": [
            {
                "question": question,
                "title": titles.get(question) or question,
                "at": check.at,
                "is_drifting": check.is_drifting,
                **check.figures,
            }
            for question, check in latest_checks(project).items()
        ],
        "days": _days(project),
    }


def _days(project: Project) -> list[dict[str, Any]]:
    rows = ProductionCount.objects.filter(project=project).order_by("-day")[:DAYS]
    return [
        {
            "day": row.day,
            "predicted": row.predicted,
            "late": row.late,
            "received": row.received,
            "corrected": row.corrected,
        }
        for row in rows
    ]


def live_applications(project: Project) -> QuerySet[ApiToken]:
    """The tokens of the project's applications that are not revoked, newest first."""
    return (
        ApiToken.objects.filter(application_of=project, revoked_at__isnull=True)
        .select_related("user")
        .order_by("-pk")
    )


def cases_of(project: Project) -> QuerySet[ProductionCase]:
    """The cases that became items, for one page of a list."""
    return ProductionCase.objects.filter(project=project, item__isnull=False).select_related(
        "item__final_label", "progress"
    )


def case_row(case: ProductionCase) -> dict[str, Any]:
    item = case.item
    if item is None:
        message = f"case {case.pk} has no item"
        raise ValueError(message)
    final = item.final_label
    progress = getattr(case, "progress", None)
    return {
        "id": case.pk,
        "item": item.pk,
        "external_id": case.external_id,
        "preview": preview_of(item.data),
        "reason": case.reason,
        "said": case.said,
        "calibrated": [
            question
            for question, said in case.said.items()
            if is_calibrated_number(case.project_id, question, said.get("model_version"))
        ],
        "claim": case.claim,
        "final": final.answer if final else None,
        "step": _step(progress, is_settled=final is not None),
        "received_at": case.received_at,
    }


def _step(progress: CaseProgress | None, *, is_settled: bool) -> str:
    """How far a case has come; one that is no error ends once it is labelled."""
    if progress is None:
        return "labelled" if is_settled else "waiting"
    if progress.is_refuted:
        return "refuted"
    for step in ("fixed", "retrained", "released", "labelled"):
        if getattr(progress, f"{step}_at") is not None:
            return step
    return "waiting"
