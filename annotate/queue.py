"""Put an item into the queue of a tier, or take it out. Call with the item's row locked."""

from django.db import connection

from annotate.models import QueueEntry, Tier


def enqueue(item_id: int, tier: Tier) -> None:
    """Offer the item to a tier, at the end of its band."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT enqueue_item(%s, %s)", [item_id, tier])


def tier_of(entry: QueueEntry) -> Tier:
    """The tier an entry waits for, whatever its pool."""
    return Tier(entry.tier.partition(":")[0])


def dequeue(item_id: int) -> None:
    """Stop offering the item to anybody."""
    QueueEntry.objects.filter(item=item_id).delete()
