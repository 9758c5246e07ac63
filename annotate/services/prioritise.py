"""Move an item to another band of the queue."""

from annotate.models import Event, EventKind, Item, ItemStage, QueueEntry, User
from annotate.queue import enqueue, tier_of
from annotate.refusals import WrongStage


def prioritise_item(item: Item, user: User | None, *, band: int) -> None:
    """Give a locked item another band, 0 (first) to 15; it goes to the end of that band.

    An item that has the band already keeps its place.

    Raises:
        WrongStage: it is decided or withdrawn, so it waits in no queue.
    """
    if item.stage in {ItemStage.SETTLED, ItemStage.WITHDRAWN}:
        raise WrongStage(stage=item.stage)
    if item.band == band:
        return
    before, item.band = item.band, band
    item.save(update_fields=["band"])
    entry = QueueEntry.objects.filter(item=item).first()
    if entry is not None:
        enqueue(item.pk, tier_of(entry))
    Event.objects.create(
        project_id=item.project_id,
        kind=EventKind.ITEM_PRIORITISED,
        item=item,
        user=user,
        payload={"from": before, "to": band},
    )
