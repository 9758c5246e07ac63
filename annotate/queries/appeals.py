"""Appeals as those see them who decide: the case without the name of who appeals."""

from collections.abc import Iterable
from typing import Any, Final

from django.db.models import QuerySet

from annotate.models import (
    Appeal,
    AppealSubject,
    FinalLabel,
    GoldLabel,
    Item,
    Project,
    Reading,
    User,
)

_SHOWN: Final = (
    *("project", "subject", "state", "reason", "decision", "created_at", "decided_at"),
    *("judgment__item", "judgment__answer", "judgment__comment", "judgment__item__data"),
    *("judgment__item__final_label__answer", "judgment__item__gold_label__answer"),
    "worker__user_id",
)


def appeals_to_decide(project: Project) -> QuerySet[Appeal]:
    """With what `case_of` and `own_cases` read, and no more: each case is of five tables."""
    return (
        Appeal.objects.filter(project=project)
        .select_related("judgment__item__final_label", "judgment__item__gold_label", "worker")
        .only(*_SHOWN)
    )


def own_cases(appeals: Iterable[Appeal], user: User) -> set[int]:
    """The keys of those that the user made, or on whose items the user ruled."""
    cases = list(appeals)
    items = [appeal.judgment.item_id for appeal in cases]
    ruled = FinalLabel.objects.filter(item__in=items, decided_by__user=user)
    read = Reading.objects.filter(item__in=items, worker__user=user)
    own = {*ruled.values_list("item", flat=True), *read.values_list("item", flat=True)}
    return {
        appeal.pk
        for appeal in cases
        if appeal.worker.user_id == user.pk or appeal.judgment.item_id in own
    }


def case_of(appeal: Appeal, *, is_own: bool) -> dict[str, Any]:
    """What was said, what it was measured against, and why the worker objects."""
    judgment = appeal.judgment
    return {
        "id": appeal.pk,
        "subject": appeal.subject,
        "state": appeal.state,
        "reason": appeal.reason,
        "decision": appeal.decision,
        "made_at": appeal.created_at,
        "decided_at": appeal.decided_at,
        "item": judgment.item_id,
        "data": judgment.item.data,
        "answer": judgment.answer,
        "comment": judgment.comment,
        "against": _against(appeal, judgment.item),
        "own_case": is_own,
    }


def _against(appeal: Appeal, item: Item) -> dict[str, Any] | None:
    if appeal.subject == AppealSubject.GOLD:
        gold: GoldLabel | None = getattr(item, "gold_label", None)
        return None if gold is None else dict(gold.answer)
    return None if item.final_label is None else dict(item.final_label.answer)
