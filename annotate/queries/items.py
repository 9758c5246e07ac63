"""Items as leads read them: rows of a list, and one item with all that was said of it."""

from collections.abc import Sequence
from typing import Any

from annotate.documents import schema_version
from annotate.models import (
    FinalLabel,
    GoldLabel,
    Item,
    ItemStage,
    Judgment,
    Prediction,
    Project,
)

PREVIEW_CHARACTERS = 140


def input_names(project: Project) -> tuple[str, ...]:
    """The inputs of a project's items as people see them; none before the first guideline."""
    if project.guideline_id is None:
        return ()
    return tuple(one.id for one in schema_version(project.guideline_id).inputs)


def preview_of(data: dict[str, Any], inputs: Sequence[str] = ()) -> str:
    """The first words of an item, for tables: in the order of `inputs`, as far as it is known."""
    # The database keeps an object's names in an order of its own.
    names = [name for name in inputs if name in data]
    names += [name for name in data if name not in inputs]
    parts = [
        value[: PREVIEW_CHARACTERS * 2] if isinstance(value, str) else "🖼"
        for value in map(data.__getitem__, names)
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
