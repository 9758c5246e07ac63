"""Hand the audits of a batch to people, and tell the trail what becomes of the batch."""

from typing import Any

from django.db import connection

from annotate.announce import announce
from annotate.models import (
    Acceptance,
    AcceptanceItem,
    Event,
    EventKind,
    Item,
    ItemStage,
    User,
)
from labeling.guarantee import Claim

FIRST_BAND = 0
_TO_THE_FRONT = """
UPDATE annotate_queueentry
   SET band = %s, position = nextval('queue_position'), enqueued_at = now()
 WHERE item_id = ANY (%s)
"""


def claim_of(acceptance: Acceptance) -> Claim:
    """Of the next look."""
    look = acceptance.spent_looks + acceptance.looks + 1
    return Claim(target=acceptance.target, risk=acceptance.risk, look=look)


def hand_to_people(acceptance: Acceptance, *, after: int, up_to: int) -> None:
    """Let these places be judged before other items. Nothing else tells them from those."""
    places = AcceptanceItem.objects.filter(
        acceptance=acceptance, place__gt=after, place__lte=up_to
    )
    waiting = Item.objects.filter(
        pk__in=places.values("item"), stage__in=[ItemStage.NEW, ItemStage.OPEN]
    )
    keys = list(waiting.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    Item.objects.filter(pk__in=keys).update(band=FIRST_BAND)
    with connection.cursor() as cursor:
        cursor.execute(_TO_THE_FRONT, [FIRST_BAND, keys])


def note_acceptance(
    acceptance: Acceptance, kind: EventKind, user: User | None, payload: dict[str, Any]
) -> None:
    Event.objects.create(
        project_id=acceptance.project_id,
        kind=kind,
        user=user,
        payload={"acceptance": acceptance.pk, "question": acceptance.question, **payload},
    )
    announce(acceptance.project_id, "board", "jobs")
