"""Appeals as those see them who decide: the case without the name of who appeals."""

from typing import Any

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


def appeals_to_decide(project: Project) -> QuerySet[Appeal]:
    return Appeal.objects.filter(project=project).select_related(
        "judgment__item__final_label", "judgment__item__gold_label", "worker"
    )


def is_own_case(appeal: Appeal, user: User) -> bool:
    """Whether the user made the appeal, or ruled on the item it is about."""
    if appeal.worker.user_id == user.pk:
        return True
    item = appeal.judgment.item_id
    return (
        FinalLabel.objects.filter(item=item, decided_by__user=user).exists()
        or Reading.objects.filter(item=item, worker__user=user).exists()
    )


def case_of(appeal: Appeal, user: User) -> dict[str, Any]:
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
        "own_case": is_own_case(appeal, user),
    }


def _against(appeal: Appeal, item: Item) -> dict[str, Any] | None:
    if appeal.subject == AppealSubject.GOLD:
        gold = GoldLabel.objects.filter(item=item).first()
        return None if gold is None else dict(gold.answer)
    return None if item.final_label is None else dict(item.final_label.answer)
