"""Why a model was believed of an item: each label it gave, proven again by the audits it names."""

from typing import Any

from annotate.models import AcceptanceItem, Event, EventKind, FinalLabel, FinalSource, Item
from labeling.guarantee import Claim, judge


def acceptances_of_item(item: Item) -> list[dict[str, Any]]:
    """Every label that a model was trusted with, oldest first, and whether it was taken back.

    `recomputes`: the batch's audits still prove it at its look, and it is what the model said.
    """
    rows = FinalLabel.objects.filter(item=item, source=FinalSource.AUTO_ACCEPT).order_by("pk")
    if not rows:
        return []
    reopened = Event.objects.filter(item=item, kind=EventKind.ITEM_REOPENED)
    taken_back = {event.payload["final"]: event.at for event in reopened}
    return [
        {
            "at": row.created_at,
            "answer": row.answer,
            "sentence": row.reason["sentence"],
            **row.reason["accepted"],
            "taken_back_at": taken_back.get(row.pk),
            "recomputes": _is_proven(row.reason["accepted"]) and _was_said(row),
        }
        for row in rows
    ]


def _is_proven(accepted: dict[str, Any]) -> bool:
    claim = Claim(target=accepted["target_of_rest"], risk=accepted["risk"], look=accepted["look"])
    found = judge(
        claim, size=accepted["size"], audited=accepted["audited"], errors=accepted["errors"]
    )
    return found.is_proven and found.upper == accepted["upper"]


def _was_said(final: FinalLabel) -> bool:
    accepted = final.reason["accepted"]
    said = AcceptanceItem.objects.filter(
        acceptance=accepted["acceptance"], item=final.item_id
    ).values_list("prediction__label", "prediction__score")
    return list(said) == [(final.answer[accepted["question"]], accepted["confidence"])]
