"""Items as leads read them: rows of a list, and one item with all that was said of it."""

from typing import Any

from annotate.models import (
    FinalLabel,
    GoldLabel,
    Item,
    ItemStage,
    Judgment,
    Prediction,
)

PREVIEW_CHARACTERS = 140


def preview_of(data: dict[str, Any]) -> str:
    """The first words of an item, for tables."""
    parts = [
        value[: PREVIEW_CHARACTERS * 2] if isinstance(value, str) else "🖼"
        for value in data.values()
    ]
    text = " ".join(" | ".join(parts).split())
    return text if len(text) <= PREVIEW_CHARACTERS else text[: PREVIEW_CHARACTERS - 1] + "…"


def held_of(item: Item) -> dict[str, Any] | None:
    """Since when, by which rule and under which guideline an item is held; None if it is not."""
    if item.stage != ItemStage.HELD:
        return None
    return {
        "at": item.hold.held_at,
        "rule": item.hold.rule,
        "sentence": item.hold.sentence,
        "guideline_version": item.hold.guideline.version,
    }


def judgments_of(item: Item) -> list[Judgment]:
    """Every judgment of an item in order, replaced and surplus ones too."""
    return list(Judgment.objects.filter(item=item).select_related("worker").order_by("id"))


def judgment_rows(judgments: list[Judgment]) -> list[dict[str, Any]]:
    replaced = {judgment.replaces_id for judgment in judgments}
    return [
        {
            "id": j.pk,
            "worker": j.worker.pseudonym,
            "tier": "expert" if j.worker.role == "expert" else "crowd",
            "answer": j.answer,
            "seconds": j.seconds,
            "comment": j.comment,
            "unsure": j.is_unsure,
            "counted": j.pk not in replaced and not j.is_surplus,
            "saw_prediction": j.saw_prediction,
            "created_at": j.created_at,
        }
        for j in judgments
    ]


def prediction_rows(item: Item) -> list[dict[str, Any]]:
    rows = Prediction.objects.filter(item=item).select_related("model_version").order_by("-id")
    return [
        {
            "model_version": p.model_version.version if p.model_version else None,
            "model": p.imported_from or None,
            "answer": {p.question: p.label},
            "score": p.score,
            "is_calibrated": p.model_version is not None and p.model_version.quality is not None,
            "scores": p.scores,
        }
        for p in rows
    ]


def final_rows(item: Item) -> list[dict[str, Any]]:
    rows = FinalLabel.objects.filter(item=item).select_related("decided_by").order_by("-id")
    return [
        {
            "id": f.pk,
            "answer": f.answer,
            "source": f.source,
            "confidence": f.confidence,
            "reason": f.reason,
            "decided_by": f.decided_by.pseudonym if f.decided_by else None,
            "created_at": f.created_at,
        }
        for f in rows
    ]


def gold_of(item: Item) -> dict[str, Any] | None:
    return GoldLabel.objects.filter(item=item).values_list("answer", flat=True).first()
