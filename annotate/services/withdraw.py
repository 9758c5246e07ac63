"""Take an item out of the project. Nothing is deleted: what was said of it stays in the trail."""

from django.db.models.functions import Now

from annotate.models import (
    Event,
    EventKind,
    GroupState,
    Hold,
    Item,
    ItemGroup,
    ItemStage,
    LookState,
    SecondLook,
    User,
)
from annotate.queue import dequeue
from annotate.refusals import WrongStage

_OPEN = (ItemStage.NEW, ItemStage.OPEN, ItemStage.HELD)


def withdraw_item(item: Item, user: User | None) -> None:
    """Offer a locked item to nobody any more; answers under way are kept as surplus.

    Raises:
        WrongStage: it is settled, before an expert, or withdrawn already.
    """
    if item.stage not in _OPEN:
        raise WrongStage(stage=item.stage)
    Hold.objects.filter(item=item, resumed_at__isnull=True).update(
        resumed_at=Now(), resumed_by=user
    )
    SecondLook.objects.filter(item=item, state__in=[LookState.WAITING, LookState.LEASED]).update(
        state=LookState.LAPSED
    )
    dequeue(item.pk)
    # What waits for its label would wait for ever.
    ItemGroup.objects.filter(first=item, state__in=[GroupState.OPEN, GroupState.SPREADING]).update(
        state=GroupState.RETURNING
    )
    item.stage = ItemStage.WITHDRAWN
    item.save(update_fields=["stage"])
    Event.objects.create(
        project_id=item.project_id, kind=EventKind.ITEM_WITHDRAWN, item=item, user=user
    )
