"""The trail of events as people read it."""

from typing import Any

from django.db.models import QuerySet

from annotate.models import Event


def events_of(project_id: int, *, item_id: int | None = None) -> QuerySet[Event]:
    rows = Event.objects.filter(project=project_id).select_related("user", "worker")
    return rows if item_id is None else rows.filter(item=item_id)


def event_row(event: Event) -> dict[str, Any]:
    """Workers appear by their pseudonyms, leads by their names."""
    actor = event.worker.pseudonym if event.worker else None
    if event.user:
        actor = event.user.display_name
    return {
        "id": event.pk,
        "at": event.at,
        "kind": event.kind,
        "actor": actor,
        "item": event.item_id,
        "payload": event.payload,
    }
